#!/usr/bin/env bash
# demo.sh BUILD_DIR -- crmdb in a minute: create, earn, the same earn again, redeem, history,
# kill -9, restart, same balance.  Every command is printed before its answer.
set -eu

build=$1
scratch=$(mktemp -d)
server=
export CRMDB_URI="unix://$scratch/socket"

finish() {
	[ -z "$server" ] || kill "$server" 2>/dev/null || true
	[ -z "$server" ] || wait "$server" 2>/dev/null || true
	rm -rf "$scratch"
}
trap finish EXIT

say() {
	printf '\n\033[1m%s\033[0m\n' "$*"
}

start() {
	say "\$ crmdb-server --data DIR --no-tcp --unix SOCKET &"
	"$build/crmdb-server" --data "$scratch/data" --no-tcp --unix "$scratch/socket" &
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

start
run create 42
run points earn 42 +500 ref order-991
say "# the same order again, as after a lost answer: applied once"
run points earn 42 +500 ref order-991
run points redeem 42 200 ref voucher-7
run get 42
run history 42
before=$("$build/crmdb-cli" --format json get 42)

say "# kill -9, restart: what was acknowledged is there"
# Silent: bash would report the death as if something had failed.
{ kill -9 "$server" && wait "$server"; } 2>/dev/null || true
server=
start
run get 42
run points redeem 42 200 ref voucher-7
after=$("$build/crmdb-cli" --format json get 42)
if [ "$before" != "$after" ]; then
	echo "the customer changed: $before, then $after" >&2
	exit 1
fi

say "# stop it cleanly, then fold the whole log in a second process"
kill "$server"
wait "$server"
server=
say "\$ crmdb-server --verify DIR"
"$build/crmdb-server" --verify "$scratch/data"
say "The balance survived the kill, the repeats changed nothing, and the log alone gives the same state."
finish
echo "The server has ended and its directory is removed: nothing is left behind."
