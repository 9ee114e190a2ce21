#!/usr/bin/env bash
# import.sh -- crmdb-cli import and files that are not what they should be: every bad row is named
# by line and reason and the others go on; wrong maps, lost connections and a server killed in the
# middle of an import, after which the same import completes it exactly.
set -u
# shellcheck source=tests/integration/common/server.sh
. "$(dirname "$0")/common/server.sh"

import() { crm import "$@"; }

map='customer=1,day=2,amount=3,order=4'

# row NAME TEXT PATTERN: line 2 of a file is rejected for PATTERN, the lines around it go on; each
# file has orders of its own.
count=0
row()
{
	local name=$1 text=$2 pattern=$3
	shift 3
	count=$((count + 1))
	{
		echo "501,1998-01-02,1.00,a$count"
		printf '%b\n' "$text"
		echo "502,1998-01-02,1.00,b$count"
	} >bad.csv
	import bad.csv --map "$map" --rejects rejected "$@" >said 2>&1
	local status=$?
	[ "$status" -eq 4 ] && grep -Eq "line 2: .*$pattern" said &&
	    grep -q '3 rows read: 2 recorded, 0 already there, 1 rejected' said &&
	    grep -Eq "^2	.*$pattern.*	" rejected && [ "$(wc -l <rejected)" -eq 1 ]
	judge "$name"
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

start data 1998-07-01

# --- rows ---

row "a missing column" '1,1998-01-02,3.00' 'order \(column 4\): the row has only 3 columns'
row "an empty field" '1,,3.00,x' 'day \(column 2\): it is empty'
row "a customer that is no number" 'x1,1998-01-02,3.00,x' 'customer \(column 1\): "x1" is not a whole'
row "a customer below zero" '-1,1998-01-02,3.00,x' '"-1" is not a whole number from 0 up'
row "customer 0" '0,1998-01-02,3.00,x' '"0" is not a customer: ids start at 1'
row "a customer beyond 64 bits" '18446744073709551616,1998-01-02,3.00,x' 'is too large'
row "not a date" '1,yesterday,3.00,x' 'day \(column 2\): "yesterday" is not a day that exists'
row "30 February" '1,1998-02-30,3.00,x' '"1998-02-30" is not a day that exists'
row "text behind a date" '1,1998-02-03x,3.00,x' 'is not a day that exists'
row "a day before 1970" '1,1969-12-31,3.00,x' '"1969-12-31" is before 1970-01-01'
row "a day after tomorrow" '1,1998-07-03,3.00,x' \
    'business day 1998-07-03 is not from 1970-01-01 to 1998-07-02.*DAY_INVALID'
row "not an amount" '1,1998-01-02,3.x,x' 'amount \(column 3\): "3.x" is not an amount'
row "an amount below zero" '1,1998-01-02,-3.00,x' '"-3.00" is less than zero'
row "three decimals" '1,1998-01-02,3.001,x' 'more than the 2 decimal places'
row "an amount beyond 64 bits" '1,1998-01-02,92233720368547758.08,x' 'is more than an amount can be'
row "a spend beyond 64 bits" '501,1998-01-02,92233720368547758.07,x' 'SPEND_OVERFLOW'
row "not UTF-8" '1,1998-01-02,3.00,caf\xe9' 'order \(column 4\): it is not UTF-8'
row "a NUL byte" '1,1998-01-02,3.00,\x00x' 'holds a NUL byte'
row "an order id over 64 bytes" "1,1998-01-02,3.00,$(printf '%065d' 0)" 'is over 64 bytes'
row "a quote in the wrong place" '1,1998-01-02,3.00,a"b' 'a quote stands in the wrong place'
row "control bytes in a value" '1,\x1b[2J,3.00,x' 'x1b\[2J" is not a day'
row "a carriage return within a row" '1,1998-01-02,3.00,x\ry' 'a carriage return stands within'

# --- files ---

printf '7,1998-03-01,5.00,same\n8,1998-03-01,5.00,other\n7,1998-03-01,5.00,same\n' >twice.csv
whole "an order twice with the same content is there already" 0 \
    '3 rows read: 2 recorded, 1 already there, 0 rejected' twice.csv --map "$map"
printf '9,1998-03-01,5.00,same\n' >differs.csv
whole "an order id with other content is refused" 4 'line 1: .*EXISTS_DIFFERENT' \
    differs.csv --map "$map"
: >empty.csv
whole "an empty file" 0 '0 rows read' empty.csv --map "$map"
whole "an empty file where the map has names" 2 'is empty: it has no header' empty.csv \
    --map 'customer=who,day=2,amount=3,order=4'
printf 'who,when,total,id\n' >header.csv
whole "only a header" 0 '0 rows read' header.csv --map "$map"
whole "only a header, by name" 0 '0 rows read' header.csv \
    --map 'customer=who,day=When,amount=total,order=id'
whole "a name that is not in the header" 2 'no column "whom" for customer.*did you mean "who"' \
    header.csv --map 'customer=whom,day=when,amount=total,order=id'
printf '\xef\xbb\xbfwho,when,total,id\r\n9,1998-03-02,5.00,last' >mark.csv
whole "a byte order mark, CRLF and no final line end" 0 '1 rows read: 1 recorded' mark.csv \
    --map 'customer=who,day=when,amount=total,order=id'
printf 'id;who;note;when;total\n"q ""1""";9;"two\nlines";03.02.1998;7\nq2;x;;1;1\n' >quoted.csv
whole "quotes, line ends in quotes, semicolons: the line number stays right" 4 \
    'line 4: customer \(column 2\): "x"' quoted.csv --separator ';' --date %d.%m.%Y \
    --map 'customer=who,day=when,amount=total,order=id'
printf '1\t1998-03-02\t5.00\ttab\n' >tab.tsv
whole "tabs" 0 '1 recorded' tab.tsv --separator tab --map "$map"
printf '1,1998-03-02,5.00,"open\n2,1998-03-02,5.00,x\n' >open.csv
whole "a quote that never closes" 4 'line 1: a quote opens and never closes' open.csv --map "$map"
{
	printf '1,1998-03-02,5.00,long1\n1,1998-03-02,5.00,'
	head -c 40000000 /dev/zero | tr '\0' 'x'
	printf '\n1,1998-03-02,5.00,long2\n'
} >long.csv
(
	# Four times what the program needs for short lines; a build for asan reserves terabytes.
	grep -q __asan_init "$bin/crmdb-cli" || ulimit -v 24000
	import long.csv --map "$map" --rejects rejected
) >said 2>&1
[ $? -eq 4 ] && grep -q 'line 2: the row is over 64 KiB' said && grep -q '2 recorded' said &&
    [ "$(wc -c <rejected)" -lt 70000 ]
judge "a line of 40 MB is skipped, and not kept"

for _ in $(seq 30); do echo 'x,1998-01-02,1,1'; done >many.csv
import many.csv --map "$map" --header 0 --rejects rejected >said 2>&1
[ $? -eq 4 ] && [ "$(grep -c 'line [0-9]*:' said)" -eq 10 ] && [ "$(wc -l <rejected)" -eq 30 ] &&
    grep -q '30 rejected' said
judge "ten rejected rows are told, all are in the file"

import - --map "$map" --no-points <twice.csv >said 2>&1
[ $? -eq 4 ] && grep -q 'line 1: .*EXISTS_DIFFERENT' said
judge "standard input; the same order without points is another command"

# --- rows without order ids ---

printf '21,1998-03-02,5.00\n21,1998-03-02,5.00\n21,1998-03-02,5.01\n' >equal.csv
whole "equal rows are not lost" 0 '3 rows read: 3 recorded' equal.csv \
    --map customer=1,day=2,amount=3 --namespace test
whole "and not recorded again" 0 '3 rows read: 0 recorded, 3 already there' equal.csv \
    --map customer=1,day=2,amount=3 --namespace test
printf '21,1998-03-02,5.01\nbad\n21,1998-03-02,5.00\n21,1998-03-02,5.00\n21,1998-03-02,5.00\n' \
    >more.csv
whole "in another order, with one more: only that is new" 4 \
    '5 rows read: 1 recorded, 3 already there, 1 rejected' more.csv \
    --map customer=1,day=2,amount=3 --namespace test

# --- usage ---

whole "no map" 2 '--map is missing' twice.csv
whole "a map without a needed field" 2 'no column is named for amount' twice.csv \
    --map customer=1,day=2 --namespace x
whole "a field that does not exist" 2 'no field "custmer"; did you mean "customer"' twice.csv \
    --map custmer=1,day=2,amount=3
whole "no order ids and no namespace" 2 'no column holds order ids' twice.csv \
    --map customer=1,day=2,amount=3
whole "a namespace over 24 bytes" 2 'is not 1 to 24 bytes' twice.csv \
    --map customer=1,day=2,amount=3 --namespace 1234567890123456789012345
whole "a date format without a day" 2 'does not give a year, a month and a day' twice.csv \
    --map "$map" --date %Y-%m
whole "a separator that cannot be one" 2 '--separator: "ab"' twice.csv --map "$map" --separator ab
whole "a file that does not exist" 2 'nowhere.csv cannot be read: No such file' nowhere.csv \
    --map "$map"
whole "a directory" 2 'it is a directory' data --map "$map"
cp twice.csv kept.csv
whole "rejected rows into the file that is read" 2 'it is the file to be read' twice.csv \
    --map "$map" --rejects twice.csv
cmp -s twice.csv kept.csv
judge "which is left as it was"
whole "no server" 3 'could not be reached|UNREACHABLE' twice.csv --map "$map" \
    --uri "unix://$scratch/nothing"
crm --uri "unix://$scratch/nothing" import twice.csv --map "$map" >said 2>&1
[ $? -eq 3 ]
judge "--uri before import"
whole "a dry run needs no server" 4 '2 rows read, 1 fine, 1 rejected; nothing was sent' \
    quoted.csv --separator ';' --date %d.%m.%Y --dry-run --uri "unix://$scratch/nothing" \
    --map customer=2,day=4,amount=5,order=1
printf '1,1998-01-02,5.00,y1\n1,1998-01-02,5.50,y2\n' >yen.csv
whole "a dry run in a currency without decimals" 4 'line 2: .*"5.50" has more than the 0 decimal' \
    yen.csv --dry-run --currency-digits 0 --map "$map"

# --- progress ---

# Rows that come in two parts, more than a second apart; progress is looked at every 1,024 rows.
slowly()
{
	head -n 2000 "$cdnow"
	sleep 1.1
	sed 1,2000d "$cdnow"
}
columns=(--separator ' +' --date %Y%m%d --map 'customer=1,day=2,items=3,amount=4' --namespace cdnow)
printf '%s\n' "exec '$bin/crmdb-cli' import - ${columns[*]@Q} --dry-run <pipe" >on_terminal
mkfifo pipe
slowly >pipe &
TERM=xterm script -qec 'bash on_terminal' said >/dev/null </dev/null
grep -Eq '2,[0-9]{3} rows, [0-9,]+ rows/s' said && grep -q '69,659 rows read' said
judge "progress on a terminal"
slowly | import - "${columns[@]}" --dry-run >said 2>&1
[ "$(grep -c '' said)" -eq 1 ] && ! grep -q "$(printf '\r')" said
judge "and only there"

stop -TERM

# --- killed in the middle ---

rm -rf data
start data 1998-07-01
import pipe "${columns[@]}" --batch 500 >said 2>&1 &
importer=$!
exec 7>pipe
head -n 40001 "$cdnow" >&7 2>/dev/null & # the rest comes after the kill: it cannot be done before
head=$!
for _ in $(seq 400); do
	[ "$(fact orders)" -ge 5000 ] && break
	sleep 0.01
done
stop -KILL
wait "$head"
tail -n +40002 "$cdnow" >&7 2>/dev/null
exec 7>&-
wait "$importer"
[ $? -eq 3 ] && grep -Eq 'every row up to line [0-9]+ was acknowledged; running the same' said
judge "the server is killed: status 3, and up to where rows are safe"
line=$(sed -n 's/.*up to line \([0-9]*\) was.*/\1/p' said)
start data 1998-07-01
[ "$(fact orders)" -ge "$((${line:-0} - 1))" ] && [ "${line:-0}" -gt 2000 ]
judge "after the restart every acknowledged row is there (line ${line:-0})"
there=$(fact orders)
import "$cdnow" "${columns[@]}" >said 2>&1 && tr -d , <said | grep -q "69659 rows read: $((69659 - there)) recorded $there already"
judge "the same import again records the rest"
[ "$(fact orders)" -eq 69659 ]
judge "69,659 orders in all"
stop -TERM
"$bin/crmdb-server" --verify data >said 2>&1
judge "the log gives the same state"
exit "$failed"
