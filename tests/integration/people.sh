#!/usr/bin/env bash
# people.sh -- personal text is where it may be and nowhere else: canaries are looked for in every
# byte of every file of the data directory and in what the server says, through puts, refusals,
# changes, a kill -9, erasures and the rewrite that ends them.
set -u
# shellcheck source=tests/integration/common/server.sh
. "$(dirname "$0")/common/server.sh"

# holds CANARY FILE...: some of them has it
holds()
{
	local canary=$1
	shift
	grep -qaF -- "$canary" "$@"
}

# nowhere CANARY...: in no file of the directory, and nothing was said of it
nowhere()
{
	local canary
	for canary in "$@"; do
		if grep -rlaF -- "$canary" data log >found 2>/dev/null; then
			echo "$canary is in $(tr '\n' ' ' <found)" >>said
			return 1
		fi
	done
}

# unlogged CANARY...: only people.mdb may have it
unlogged()
{
	local canary
	for canary in "$@"; do
		if find data log -type f ! -name 'people.mdb*' -print0 | xargs -0 grep -laF -- "$canary" >found; then
			echo "$canary is in $(tr '\n' ' ' <found)" >>said
			return 1
		fi
	done
}

# within SECONDS COMMAND...: becomes true
within()
{
	local until=$((SECONDS + $1))
	shift
	until : >said && "$@"; do
		[ "$SECONDS" -lt "$until" ] || return 1
		sleep 0.1
	done
}

# shown CUSTOMER TEXT...: its profile has all of them
shown()
{
	local text customer=$1
	shift
	crm --format csv profile "$customer" >said 2>&1 || return 1
	for text in "$@"; do
		grep -qF -- "$text" said || return 1
	done
}

# digest: of the log, by another process
digest() { "$bin/crmdb-server" --verify data 2>/dev/null | sed -n 's/.*digest //p'; }

export CRMDB_ERASE_WITHIN=86400
start data 1998-07-01

for i in $(seq 1 30); do
	crm put "$i" name="canary-name-$i." phone="+9990000$((1000 + i))" \
	    email="canary-mail-$i@example.com" social="canary:net-$i." \
	    notes="canary-notes-$i. $(printf '%03000d' 0)" >said 2>&1 || break
done
[ "$i" -eq 30 ] && shown 30 canary-name-30 +99900001030 canary-mail-30@example.com
judge "thirty profiles are there"

{ crm put 50 name=canary-refused-1 phone=+99900001001
  crm put 50 name=canary-refused-2 email=canary-bad-mail
  crm set 51 name=canary-refused-3
  crm put 1 name=canary-refused-4 notes="$(printf '%065500d' 0)" phone=+99900001001
} >said 2>&1
[ "$(grep -c IDENTITY_TAKEN said)" -eq 1 ] && [ "$(grep -c EMAIL_INVALID said)" -eq 1 ] &&
    [ "$(grep -c NOT_FOUND said)" -eq 1 ] && [ "$(grep -c PROFILE_TOO_LARGE said)" -eq 1 ] &&
    ! grep -q canary said
judge "what is refused is refused in words without the text"

: >said
holds canary-name-7 data/people.mdb && unlogged canary- 9990000 CANARY
judge "personal text is in people.mdb, not in journal, log, or what the server says"

stop -KILL
start data 1998-07-01
shown 7 canary-name-7 canary-mail-7@example.com && unlogged canary- 9990000
judge "after kill -9 the profiles are there, and still nowhere else"

for i in $(seq 1 10); do
	crm set "$i" notes=short name="canary-newname-$i." >/dev/null 2>said || break
done
[ "$i" -eq 10 ] && shown 3 canary-newname-3 notes,short
judge "profiles are changed"

erased=$(seq 1 2 29)
for i in $erased; do
	crm erase "$i" --yes >/dev/null 2>said || break
done
[ "$i" -eq 29 ] && crm profile 3 2>said
[ $? -eq 1 ] && grep -q ERASED said
judge "fifteen are erased, and refused"

crm find phone +99900001003 >/dev/null 2>said
[ $? -eq 1 ] && grep -q IDENTITY_UNKNOWN said &&
    [ "$(crm --format csv find phone +99900001004 | tail -1)" = 4 ]
judge "nobody is found by what they had; others are"

# Killed before anything was rewritten: the next start does it at once.
stop -KILL
start data 1998-07-01
gone() { nowhere canary-name-3. canary-newname-3. canary-mail-3@ canary:net-3. +99900001003 canary-name-29.; }
within 10 gone
judge "a start rewrites people.mdb for erasures before it: no byte of them in any file"

: >said
nowhere canary-notes-2. canary-name-2. canary-name-10. canary-notes-10. canary-refused- &&
    shown 2 canary-newname-2 canary-mail-2@example.com && shown 12 canary-name-12 canary-notes-12
judge "nor of what was replaced or refused; those who stayed are whole"

crm erase 2 --yes >said 2>&1 && holds canary-newname-2 data/people.mdb
judge "before its rewrite an erased text may still be in the file"
stop -TERM
: >said
nowhere canary-newname-2. canary-mail-2@ +99900001002
judge "a clean stop rewrites at once"

noted=$(sed -n 's/.*stopped: .*digest //p' log | tail -1)
[ -n "$noted" ] && [ "$(digest)" = "$noted" ]
judge "the log alone gives the state, erasures included"

export CRMDB_ERASE_WITHIN=1
start data 1998-07-01
crm erase 4 --yes >said 2>&1
gone() { nowhere canary-newname-4. canary-mail-4@ canary:net-4. +99900001004; }
within 10 gone && shown 6 canary-newname-6
judge "a running server rewrites within --erase-within"

# Reads of a profile while it is erased: the text, or that it was erased; nothing else.
{ while crm --format csv profile 6 && [ "$SECONDS" -lt 100 ]; do :; done; } >said 2>&1 &
reader=$!
sleep 0.2
crm erase 6 --yes >/dev/null 2>&1
wait "$reader"
grep -q 'canary-newname-6' said && [ "$(grep -c ERASED said)" -eq 1 ] &&
    ! grep -v '^field,\|^phone,\|^email,\|^social,\|^name,\|^notes,\|ERASED\|^hint:' said
judge "a profile that is erased while it is read"

stop -TERM

# refused NAME PATTERN: neither served nor verified: damage, in a sentence
refused()
{
	timeout 20 "$bin/crmdb-server" --data copy --no-tcp --unix other >said 2>&1
	[ $? -eq 4 ] && grep -Eq -- "$2" said && {
		"$bin/crmdb-server" --verify copy >said 2>&1
		[ $? -eq 4 ] && grep -Eq -- "$2" said
	}
	judge "$1"
}

copy() { rm -rf copy && cp -r data copy; }

copy
sed -i 's/canary-newname-8\./canary-newnamx-8./' copy/people.mdb
"$bin/crmdb-server" --verify copy >said 2>&1
[ $? -eq 4 ] && grep -q 'people\.mdb' said && start copy 1998-07-01 &&
    crm set 8 city=Beijing 2>said
[ $? -eq 1 ] && grep -q PROFILE_DAMAGED said && crm profile 8 >said 2>&1
[ $? -eq 1 ] && grep -q PROFILE_DAMAGED said && ! grep -q canary said && shown 10 canary-newname-10
judge "a changed letter in people.mdb is found by --verify, and never shown"
stop -TERM
copy
rm copy/people.mdb
refused "people.mdb is gone" 'people\.mdb'
copy
rm copy/people.secret
refused "people.secret is gone" 'people\.secret'
copy
head -c 32 /dev/urandom >copy/people.secret
refused "another secret" 'people\.secret'
copy
truncate -s -4096 copy/people.mdb
refused "people.mdb is cut" 'people\.mdb'

# An older people.mdb under a newer log: the log names versions that were not written then.
cp data/people.mdb older
start data 1998-07-01
crm set 8 city=Beijing >said 2>&1
stop -TERM
copy
cp older copy/people.mdb
refused "people.mdb of an older day" 'older|back in time'

exit "$failed"
