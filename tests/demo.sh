#!/usr/bin/env bash
# demo.sh BUILD_DIR -- crmdb in a minute: 69,659 real purchases, the matrix, segments, 1,000
# profiles, an order, points earned once though sent twice, redeemed, the history; 100 days turn;
# then kill -9, a restart, and the same numbers.  Every command is printed before its answer.  It
# fails when a number is not what it was.
set -eu

build=$(realpath "$1")
cd "$(dirname "$0")/.."
scratch=$(mktemp -d)
server=
export CRMDB_URI="unix://$scratch/socket"

finish() {
	[ -z "$server" ] || kill "$server" 2>/dev/null || true
	[ -z "$server" ] || wait "$server" 2>/dev/null || true
	rm -rf "$scratch"
}
trap finish EXIT

if [ -t 1 ]; then bold=$'\033[1m' plain=$'\033[0m'; else bold='' plain=''; fi

say() {
	printf '\n%s%s%s\n' "$bold" "$*" "$plain"
}

# Why the answers above can be trusted.
note() {
	printf '# %s\n' "$@"
}

start() {
	say "\$ crmdb-server --data DIR --no-tcp --unix SOCKET --clock 1998-07-01 --currency USD &"
	"$build/crmdb-server" --data "$scratch/data" --no-tcp --unix "$scratch/socket" \
	    --clock 1998-07-01 --currency USD &
	server=$!
	for _ in $(seq 100); do
		"$build/crmdb-cli" ping >/dev/null 2>&1 && return
		sleep 0.1
	done
	echo "the server did not start" >&2
	exit 1
}

run() {
	say "\$ crmdb-cli $*"
	"$build/crmdb-cli" "$@"
}

# One text, as a shell takes it: it may hold > and ( ).
ask() {
	say "\$ crmdb-cli \"$1\""
	"$build/crmdb-cli" "$1"
}

# What must survive: every customer, and the sums.
numbers() {
	"$build/crmdb-cli" count @slipping
	"$build/crmdb-cli" --format csv segment all show tier,stage,band,spend,spend12,points,orders,last_order
	"$build/crmdb-cli" --format csv matrix
	"$build/crmdb-cli" --format csv history 7592 limit 200 2>/dev/null
	"$build/crmdb-cli" --format csv profile 5 2>/dev/null
	"$build/crmdb-cli" --format json info | grep -E '"(applied|customers|orders|spend|points)"'
}

# expect WHAT CAME
expect() {
	if [ "$1" != "$2" ]; then
		printf 'this should be:\n%s\nand is:\n%s\n' "$1" "$2" >&2
		exit 1
	fi
}

# said TEXT: the import did
said() {
	grep -qF -- "$1" "$scratch/said" || expect "$1" "$(cat "$scratch/said")"
}

import() {
	say "\$ crmdb-cli import tests/data/cdnow/CDNOW_master.txt --separator ' +' --date %Y%m%d \\
      --map 'customer=1,day=2,items=3,amount=4' --namespace cdnow"
	"$build/crmdb-cli" import tests/data/cdnow/CDNOW_master.txt --separator ' +' \
	    --date %Y%m%d --map 'customer=1,day=2,items=3,amount=4' --namespace cdnow \
	    2>"$scratch/said" || { cat "$scratch/said"; exit 1; }
	cat "$scratch/said"
}

import_people() {
	bash tests/tools/people.sh 1000 >"$scratch/people.csv"
	say "\$ crmdb-cli import people.csv --customers --map phone=mobile"
	"$build/crmdb-cli" import "$scratch/people.csv" --customers --map phone=mobile \
	    2>"$scratch/said" || { cat "$scratch/said"; exit 1; }
	cat "$scratch/said"
}

start
note "The programme's days begin at 1 July 1998 and are turned by hand: the purchases are of 1997 and 1998."
import
said ' 69,659 recorded, 0 already there, 0 rejected'
import
said ' 0 recorded, 69,659 already there, 0 rejected'
note "Importing again changes nothing: each row became an order with an id of its own, and an order" \
    "id happens once, for ever."
run matrix
expect 23570 "$("$build/crmdb-cli" --format csv count all | tail -n 1)"
note "Customers, spend and points of every tier and stage, kept current with each event, not computed." \
    "tests/integration/cdnow.sh compares all 23,570 customers with what awk makes of the file."
ask "segment tier >= silver and stage = at_risk order by spend desc limit 5"
ask "segment tier in (gold, vip) and stage = loyal and spend >= 4000 order by spend desc limit 5"
ask "count tier in (gold, vip) and spend >= 1000"
import_people
said ' 1,000 recorded, 0 already there, 0 rejected; 0 new customers'
import_people
said ' 0 recorded, 1,000 already there, 0 rejected'
run profile 5
run find card gift-5
note "Names, phones and cards for the first 1,000 of them; made up by tests/tools/people.sh."
run order 7592 120.50 ref web-1001 items 4
note "One event: spend, points at the tier's rate, tier and stage."
run points earn 7592 +500 ref survey-17
run points earn 7592 +500 ref survey-17
note "The same again, as after a lost answer: applied once."
run points redeem 7592 2000 ref voucher-7
run history 7592 limit 5
ask "count by tier where last_order < -90d and orders12 >= 2"
ask "save segment slipping as last_order < -60d and spend12 >= 500"
ask "count @slipping"
run advance 1998-10-09
ask "count @slipping"
expect "$("$build/crmdb-cli" --format csv count @slipping | tail -n 1)" \
    "$("$build/crmdb-cli" --format csv count 'last_order < -60d and spend12 >= 500' | tail -n 1)"
note "A saved segment is always current: its members changed with the days, and the kept count is the" \
    "one that asking everybody gives."
ask "segment tier >= silver and stage = at_risk order by spend desc limit 5"
run history 7592 limit 2
note "100 days without a purchase: customers went quiet one by one, on their day, each in an event of the log."
numbers >"$scratch/before"

say "# kill -9, restart: what was acknowledged is there"
# Silent: bash would report the death as if something had failed.
{ kill -9 "$server" && wait "$server"; } 2>/dev/null || true
server=
start
run get 7592
run points redeem 7592 2000 ref voucher-7
numbers >"$scratch/after"
expect "$(cat "$scratch/before")" "$(cat "$scratch/after")"
note "All 23,570 customers, the matrix and the history are what they were before the kill."

say "# stop it cleanly, then fold the whole log in a second process"
kill "$server"
wait "$server"
server=
say "\$ crmdb-server --verify DIR"
"$build/crmdb-server" --verify "$scratch/data"
say "The numbers survived the kill, the repeats changed nothing, and the log alone gives the same state."
finish
echo "The server has ended and its directory is removed: nothing is left behind."
