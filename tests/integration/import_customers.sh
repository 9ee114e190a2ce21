#!/usr/bin/env bash
# import_customers.sh -- crmdb-cli import --customers: every kind of bad row is named by line and
# column and the others go on; what each mode does to customers who are known; importing again; a
# server killed in the middle, after which the same import completes it exactly; and every profile
# is what an awk makes of the file.
set -u
# shellcheck source=tests/integration/common/server.sh
. "$(dirname "$0")/common/server.sh"
people=$here/../tools/people.sh

import() { crm import "$@" --customers; }

# What the database says of customers A to B, as people.awk writes it.
profiles()
{
	local id
	for id in $(seq "$1" "$2"); do
		crm --format csv profile "$id" 2>/dev/null | sed -e 1d -e "s/^/$id /"
	done
}

# profile ID TEXT...: it has exactly these fields
profile()
{
	local id=$1 said
	shift
	said=$(crm --format csv profile "$id" 2>/dev/null | sed 1d)
	[ "$said" = "$(printf '%s\n' "$@")" ] || { printf '%s\n' "$said" >said && false; }
}

# whole NAME STATUS PATTERN FILE ARGUMENTS...
whole()
{
	local name=$1 expected=$2 pattern=$3
	shift 3
	import "$@" >said 2>&1 </dev/null
	local status=$?
	[ "$status" -eq "$expected" ] && grep -Eq -- "$pattern" said
	judge "$name"
}

# row NAME CELLS PATTERN ARGUMENTS...: line 3 of a file is rejected for PATTERN, the lines around it
# go on, and nothing of the row is there afterwards.
count=0
row()
{
	local name=$1 text=$2 pattern=$3
	shift 3
	count=$((count + 1))
	{
		echo 'id,phone,email,card,social,name,external_id'
		echo "501,+999000000$((1000 + count)),,,,before,"
		printf '%b\n' "$text"
		echo "502,,after$count@example.com,,,,"
	} >bad.csv
	import bad.csv --rejects rejected "$@" >said 2>&1
	local status=$?
	[ "$status" -eq 4 ] && grep -Eq "line 3: .*$pattern" said &&
	    grep -q '3 rows read: 2 recorded, 0 already there, 1 rejected' said &&
	    grep -Eq "^3	.*$pattern.*	" rejected && [ "$(wc -l <rejected)" -eq 1 ] &&
	    ! crm get 600 >/dev/null 2>&1
	judge "$name"
}

start data 1998-07-01

# --- rows ---

crm put 900 phone=+99900000900 email=taken@example.com card=TAKEN-1 social=net:taken \
    external_id=taken >/dev/null
crm put 901 name=gone >/dev/null && crm erase 901 --yes >/dev/null

row "an id that is no number" 'x600,,,,,n,' 'id \(column 1\): "x600" is not a whole number'
row "an id below zero" '-600,,,,,n,' '"-600" is not a whole number from 0 up'
row "id 0" '0,,,,,n,' '"0" is not a customer: ids start at 1'
row "an id beyond 64 bits" '18446744073709551616,,,,,n,' 'is too large'
row "no id" ',,,,,n,' 'id \(column 1\): it is empty'
row "a cell too few" '600,,,,,n' 'the row has 6 cells, the header 7'
row "a cell too many" '600,,,,,n,,' 'the row has 8 cells, the header 7'
row "a national phone" '600,013800138000,,,,n,' 'phone \(column 2\): .*PHONE_INVALID'
row "a phone of 16 digits" '600,+9990123456789012,,,,n,' 'phone \(column 2\): .*PHONE_INVALID'
row "not an e-mail address" '600,,zoe@,,,n,' 'email \(column 3\): .*EMAIL_INVALID'
row "not a card" '600,,,MC_1,,n,' 'card \(column 4\): .*CARD_INVALID'
row "not a social id" '600,,,,zoe,n,' 'social \(column 5\): .*SOCIAL_INVALID'
row "a name over 256 bytes" "600,,,,,$(printf '%0257d' 0)," \
    'name \(column 6\): name has more than 256 bytes \(FIELD_TOO_LONG\)'
row "an external id over 64 bytes" "600,,,,,,$(printf '%065d' 0)" 'external_id \(column 7\): .*64'
row "nine cards" '600,,,1;2;3;4;5;6;7;8;9,,n,' 'card \(column 4\): .*at most 8 of card.*FIELD_TOO_MANY'
row "a card twice" '600,,,MC1;mc-1,,n,' 'card \(column 4\): the same card is given twice'
row "not UTF-8" '600,,,,,caf\xe9,' 'name \(column 6\): it is not UTF-8'
row "a NUL byte" '600,,,,,\x00n,' 'holds a NUL byte'
row "a quote in the wrong place" '600,,,,,a"b,' 'a quote stands in the wrong place'
row "a row over 64 KiB" "600,,,,,$(head -c 70000 /dev/zero | tr '\0' x)," 'the row is over 64 KiB'
row "an erased customer" '901,,,,,n,' 'customer 901 was erased in event'
for way in "" --put; do
	row "the phone of another customer $way" '600,+999 0000 0900,,,,n,' \
	    'phone \(column 2\): another customer has this phone: customer 900 \(IDENTITY_TAKEN' $way
	row "the e-mail address of another $way" '600,,TAKEN@example.com,,,n,' \
	    'email \(column 3\): another .*: customer 900' $way
	row "a card of another $way" '600,,,x;taken1,,n,' 'card \(column 4\): .*: customer 900' $way
	row "a social id of another $way" '600,,,,NET:taken,n,' 'social \(column 5\): .*customer 900' $way
	row "an external id of another $way" '600,,,,,n,taken' 'external_id \(column 7\): .*customer 900' \
	    $way
	row "the phone of the row before $way" "600,+999000000$((1001 + count)),,,,n," \
	    'phone \(column 2\): .*: customer 501' $way
done
row "and in a frame of its own" "600,+999000000$((1001 + count)),,,,n," \
    'phone \(column 2\): .*: customer 501' --batch 1 --in-flight 1
printf 'id,name\n950,x\n501,y\n' >known.csv
whole "--set: an unknown customer" 4 'line 2: customer 950 does not exist \(NOT_FOUND\)' known.csv --set
printf 'id,notes,preferences\n951,%s,%s\n' "$(head -c 32000 /dev/zero | tr '\0' x)" \
    "$(head -c 33526 /dev/zero | tr '\0' y)" >large.csv
whole "a profile over the limit" 4 'line 2: a profile of [0-9]* bytes is over the limit of 65536' \
    large.csv
! crm get 951 >/dev/null 2>&1
judge "leaves no customer behind"

# --- files ---

: >empty.csv
whole "an empty file" 2 'empty.csv is empty: it has no header' empty.csv
printf 'id,name\n' >header.csv
whole "only a header" 0 '0 rows read' header.csv
printf 'number,name\n1,x\n' >noid.csv
whole "no column of ids" 2 'no column is named for id: add id=COLUMN' noid.csv
printf '\xef\xbb\xbfID,Phnoe,NAME\r\n520,x,"Li, ""Zoe"""\r\n' >mark.csv
whole "a byte order mark, CRLF; names in any case" 0 '1 rows read: 1 recorded' mark.csv
grep -q 'columns not imported: "Phnoe" (phone?)' said
judge "a column that is not imported is told"
profile 520 'name,"Li, ""Zoe"""'
judge "quotes"
printf '521\tMC-1;MC-2\tMC-3\n' >tab.tsv
whole "columns by number, tabs, no header" 0 '1 recorded' tab.tsv --separator tab \
    --map id=1,card=2,card=3
profile 521 card,MC1 card,MC2 card,MC3
judge "a field with many values, from several columns"
printf 'id;address;card\n522;Flat 3, 1 High St;"A1;A2"\n' >semi.csv
whole "semicolons between columns" 0 '1 recorded' semi.csv --separator ';'
profile 522 card,A1 card,A2 'address,"Flat 3, 1 High St"'
judge "and within a cell"
printf 'id,address\n523,Flat 3; 1 High St\n' >whole.csv
whole "--no-split" 0 '1 recorded' whole.csv --no-split
profile 523 'address,Flat 3; 1 High St'
judge "leaves the value whole"
printf 'id,name\n524,x\n' | import - >said 2>&1
judge "standard input"
whole "usage: --put and --set" 2 'not both' mark.csv --put --set
whole "usage: --date" 2 'are for orders' mark.csv --date %Y
whole "usage: a slip in the map" 2 'no field "nmae"; did you mean "name"' mark.csv --map nmae=2
whole "usage: --header 0 without numbers" 2 'give numbers, such as id=1' mark.csv --header 0
crm import mark.csv --map customer=1,day=2,amount=3,order=4 --put >said 2>&1
[ $? -eq 2 ] && grep -q 'are for --customers' said
judge "usage: --put of orders"
printf 'id,phone,email\n1,+99900001,\n2,+999 00001,\n3,1,\n4,,a@example.com\n' >dry.csv
whole "a dry run needs no server" 4 '4 rows read, 2 fine, 2 rejected; nothing was sent' dry.csv \
    --dry-run --uri "unix://$scratch/nothing"
grep -q 'line 3: phone (column 2): a row before has it: customer 1' said
judge "and sees what the file has twice"

# --- modes ---

printf 'id,name,phone\n530,Zoe,+99900000530\n' >first.csv
printf 'id,name,city\n530,,Northport\n531,Ada,\n' >second.csv
import first.csv >/dev/null 2>&1
whole "a known customer keeps what the row does not say, an unknown one is made" 0 \
    '2 recorded, .* 1 new customer;' second.csv
profile 530 phone,+99900000530 name,Zoe city,Northport
judge "an empty cell says nothing"
whole "--clear-empty" 0 '2 recorded, .* 0 new customers' second.csv --clear-empty
profile 530 phone,+99900000530 city,Northport
judge "clears"
whole "--put" 0 '2 recorded, .* 0 new customers' second.csv --put
profile 530 city,Northport
judge "is the whole profile"
printf 'id,name\n530,a\n530,b\n530,b\n530,a\n' >turns.csv
whole "a customer four times: three changes, one the same" 0 '3 recorded, 1 already there' turns.csv
profile 530 name,a city,Northport
judge "the last row stays"
whole "and again" 0 ' 0 recorded, 4 already there' turns.csv
for way in "" --batch=1; do
	printf 'id,phone\n540,+99900000540\n541,+99900000541\n' >swap.csv
	import swap.csv >/dev/null 2>&1
	printf 'id,phone\n540,\n541,+99900000540\n540,+99900000541\n' >swapped.csv
	whole "an identity that was freed can be taken in the same file $way" 0 \
	    '3 rows read: 3 recorded' swapped.csv --clear-empty --namespace "swap$way" $way
	[ "$(crm --format csv find phone +99900000541 | tail -n 1)" = 540 ]
	judge "and finds its new customer $way"
	import swapped.csv --clear-empty --namespace swap0 >/dev/null 2>&1
	printf 'id,phone\n540,\n541,\n' | import - --clear-empty --namespace "free$way" >/dev/null 2>&1
done

# --- added fields ---

for field in 'shoe_size number places 1' 'bonus money' 'renewal date' 'vip boolean' \
    'colour choice values red,green' 'sports tags'; do
	# shellcheck disable=SC2086 # words of a command
	crm add field $field >/dev/null
done
cat >added.csv <<'EOF'
id,shoe,bonus,renewal,vip,colour,sports,vpi
561,43.5,-12.5,2030-02-28,true,red,golf;chess,1
562,43.55,,,,,,
563,,x,,,,,
564,,,2030-02-30,,,,
565,,,,maybe,,,
566,,,,,blue,,
567,,,,,,,
EOF
whole "fields that were added are columns" 4 '7 rows read: 3 recorded, 0 already there, 4 rejected' \
    added.csv --map shoe_size=shoe --rejects rejected
grep -q 'columns not imported: "vpi" (vip?)' said
judge "a slip in the name of one is told"
profile 561 shoe_size,43.5 bonus,-12.50 renewal,2030-02-28 vip,true colour,red sports,golf sports,chess
judge "values of every kind"
cut -f 1,2 rejected >reasons
cat >expected <<'EOF'
3	shoe_size (column 2): shoe_size is not a number with up to 1 decimal places and 18 digits (NUMBER_INVALID)
4	bonus (column 3): bonus is not a number with up to 2 decimal places and 18 digits (NUMBER_INVALID)
5	renewal (column 4): renewal is not a date from 1900-01-01 to 2079-06-05 (DATE_INVALID)
6	vip (column 5): vip is not one of the values there are (CHOICE_INVALID)
EOF
diff reasons expected >said 2>&1
judge "the server judges them; each row is named by line and column"
whole "again: nothing is applied" 4 ' 0 recorded, 3 already there, 4 rejected' added.csv \
    --map shoe_size=shoe
printf 'id,sports,vip\n561,,\n' >empties.csv
whole "an empty cell of one says nothing" 0 '1 recorded' empties.csv
crm --format csv profile 561 | grep -q sports,golf
judge "and it stays"
whole "--clear-empty" 0 '1 recorded' empties.csv --clear-empty
profile 561 shoe_size,43.5 bonus,-12.50 renewal,2030-02-28 colour,red
judge "clears it"
whole "--put" 0 '1 recorded' empties.csv --put
profile 561 ""
judge "leaves none"
crm drop field vip --yes >/dev/null 2>&1
whole "one that was dropped is no column any more" 2 'no field "vip"' added.csv --map vip=5
whole "nor does a dry run know any" 2 'which a dry run does not know' added.csv --map bonus=3 --dry-run
mkfifo rows
import rows >said 2>&1 &
importer=$!
exec 8>rows
{
	echo id,colour
	seq -f '%.0f,red' 700001 730000 # more than is read at once
} >&8
for _ in $(seq 400); do
	crm get 700001 >/dev/null 2>&1 && break
	sleep 0.01
done
crm drop field colour --yes >/dev/null 2>&1
echo 730001,red >&8
exec 8>&-
wait "$importer"
[ $? -eq 4 ] && grep -Eq 'line [0-9]*: .*FIELD_UNKNOWN' said && ! crm get 730001 >/dev/null 2>&1
judge "one is dropped meanwhile: the rows after it are refused"
rm rows

# --- again ---

bash "$people" 1000 1001 >people.csv
map=(--map phone=mobile)
whole "1,000 customers" 0 '1,000 rows read: 1,000 recorded, .* 1,000 new customers' people.csv "${map[@]}"
before=$(fact applied)
whole "again: nothing is applied" 0 ' 0 recorded, 1,000 already there' people.csv "${map[@]}" --batch 7
[ "$(fact applied)" = "$before" ]
judge "not one event"
awk -F, 'NR == 1 { print "language,id,x,city,notes,card,name,mobile,email" }' people.csv >moved.csv
awk -f "$here/people_moved.awk" people.csv | sort -R --random-source=people.csv >>moved.csv
whole "in another order of rows and columns: the same rows" 0 ' 0 recorded, 1,000 already there' \
    moved.csv "${map[@]}"
sed '3s/Lakeview\|Northport\|Eastfield\|南湾\|东湖/Elsewhere/' people.csv >changed.csv
whole "one changed row is one command" 0 ' 1 recorded, 999 already there' changed.csv "${map[@]}"
whole "which the old file does not undo" 0 ' 0 recorded, 1,000 already there' people.csv "${map[@]}"
grep -q 'city,Elsewhere' <(crm --format csv profile 1002)
judge "as long as it has the same namespace"
whole "under another namespace it does" 0 ' 1,000 recorded' people.csv "${map[@]}" --namespace undo
profiles 1001 2000 >came
awk -f "$here/people.awk" people.csv >expected
cmp came expected >said 2>&1
judge "every profile is what awk makes of the file"
key=$(crm --format json history 1001 | grep -m 1 '"key"')
stop -TERM
start other 1998-07-01
import people.csv "${map[@]}" --namespace undo >/dev/null 2>&1
[ "$key" != "$(crm --format json history 1001 | grep -m 1 '"key"')" ] && [ -n "$key" ]
judge "keys say nothing: another database has others for the same row"
stop -TERM

# --- killed in the middle ---

rm -rf data
start data 1998-07-01
bash "$people" 20000 >many.csv
mkfifo pipe
import pipe "${map[@]}" --batch 200 >said 2>&1 &
importer=$!
exec 7>pipe
head -n 10001 many.csv >&7 2>/dev/null & # the rest comes after the kill: it cannot be done before
head=$!
for _ in $(seq 400); do
	[ "$(fact customers)" -ge 2000 ] && break
	sleep 0.01
done
stop -KILL
wait "$head"
tail -n +10002 many.csv >&7 2>/dev/null
exec 7>&-
wait "$importer"
[ $? -eq 3 ] && grep -Eq 'every row up to line [0-9]+ was acknowledged; running the same' said
judge "the server is killed: status 3, and up to where rows are safe"
line=$(sed -n 's/.*up to line \([0-9]*\) was.*/\1/p' said)
start data 1998-07-01
there=$(fact customers)
[ "$there" -ge "$((${line:-0} - 1))" ] && [ "${line:-0}" -gt 500 ] && [ "$there" -lt 20000 ]
judge "after the restart every acknowledged row is there (line ${line:-0}, $there customers)"
import many.csv "${map[@]}" >said 2>&1 &&
    tr -d , <said | grep -q "20000 rows read: $((20000 - there)) recorded $there already there 0 rejected"
judge "the same import again records the rest"
[ "$(fact customers)" -eq 20000 ] && [ "$(fact applied)" -eq 20001 ]
judge "20,000 customers in all, of one event each"
{
	profiles 1 50
	profiles "$((there - 50))" "$((there + 50))"
	profiles 19950 20000
} >came
awk -f "$here/people.awk" many.csv |
    awk -v at="$there" '$1 <= 50 || ($1 >= at - 50 && $1 <= at + 50) || $1 >= 19950' >expected
cmp came expected >said 2>&1
judge "their profiles are what awk makes of the file, around the kill too"
stop -TERM
"$bin/crmdb-server" --verify data >said 2>&1
judge "the log gives the same state"
exit "$failed"
