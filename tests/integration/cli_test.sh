#!/usr/bin/env bash
# cli_test.sh BUILD_DIR [NAME] -- run the transcript NAME.golden (cli_test) against a server of its
# own and compare every answer; one `ok - command` or `not ok - command` line each.
#
#   $ command            run by bash; crmdb-cli and example are those of BUILD_DIR
#   text                 its standard output; ~ for an empty line
#   ! text               its standard error
#   = 1                  its exit status, when not 0
#
# What differs from run to run is masked: times, fresh keys, sizes, counts of the server.
# UPDATE=1 writes the transcript anew; read the difference before keeping it.
# shellcheck disable=SC2317 # called by the transcript
set -u

build=$(realpath "${1:-${BIN:?usage: cli_test.sh BUILD_DIR [NAME]}}")
golden=$(realpath "$(dirname "$0")")/${2:-cli_test}.golden
scratch=$(mktemp -d)
server=''
failed=0
export ASAN_OPTIONS="verify_asan_link_order=0:${ASAN_OPTIONS:-}" # a library is preloaded
export LC_ALL=C.UTF-8 TERM=xterm CRMDB_URI="unix://$scratch/socket"
unset CRMDB_DATA CRMDB_PORT CRMDB_UNIX

crmdb-cli() { "$build/crmdb-cli" "$@"; }
example() { "$build/example" "$@"; }

# While $scratch/block exists nothing becomes durable: tests/preload/block_flush.c.
start-server() {
	CRMDB_BLOCK_FILE="$scratch/block" LD_PRELOAD="$build/tests/preload/block_flush.so" \
	    "$build/crmdb-server" --data "$scratch/data" --no-tcp --unix "$scratch/socket" \
	    --journal-bytes 16777216 --clock 1998-07-01 --currency USD >>"$scratch/log" 2>&1 &
	server=$!
	for _ in $(seq 200); do
		crmdb-cli ping >/dev/null 2>&1 && return
		kill -0 "$server" || break
		sleep 0.1
	done
	echo "not ok - the server did not start"
	cat "$scratch/log"
	exit 1
}

stop-server() {
	[ -n "$server" ] || return 0
	kill "${1:--TERM}" "$server"
	wait "$server" 2>/dev/null
	server=''
	return 0
}

finish() {
	stop-server -KILL
	rm -rf "$scratch"
}
trap finish EXIT

mask() {
	sed -E -e "s|$scratch|SCRATCH|g" -e "s|$build/||g" -e 's/ +$//' -e 's/^$/~/' \
	    -e '/database/s/[0-9a-f]{8}-[0-9a-f-]{27}/database-id-------------------------/' \
	    -e 's/[0-9]{4}-[0-9]{2}-[0-9]{2}([ T])[0-9:]{8}\.[0-9]{6}/YYYY-MM-DD\1hh:mm:ss.uuuuuu/g' \
	    -e 's/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/fresh-7-key-------------------------/g' \
	    -e '/logged|memory_bytes|connections|commands|flushes|day_turn_us/s/ +[0-9,]+ │/ N │/' \
	    -e '/"(logged|memory_bytes|connections|commands|flushes|day_turn_us|round_trip_us)"/s/[0-9]+/N/' \
	    -e 's/round trip [0-9.]+ ms/round trip N ms/' -e 's/server [0-9.]+ ms/server N ms/' \
	    -e '/"engine_us"/s/[0-9]+/N/' \
	    -e 's/[0-9]+ ms (old|ahead)/N ms \1/'
}

# The block of one command as it came out.
run_block() {
	local status
	eval "$1" >"$scratch/out" 2>"$scratch/err" </dev/null
	status=$?
	printf '$ %s\n' "$1"
	mask <"$scratch/out"
	mask <"$scratch/err" | sed 's/^/! /'
	[ "$status" -eq 0 ] || printf '= %d\n' "$status"
	printf '\n'
}

# $1: command, $2: its block in the transcript, ended by an empty line.
check_block() {
	run_block "$1" >"$scratch/came"
	cat "$scratch/came" >>"$scratch/all"
	if [ "$(cat "$scratch/came")" = "$2" ]; then
		printf 'ok - %s\n' "$1"
		return
	fi
	printf 'not ok - %s\n' "$1"
	diff <(printf '%s\n' "$2") "$scratch/came" | sed 's/^/#   /'
	failed=1
}

start-server
command='' block=''
while IFS= read -r line || [ -n "$line" ]; do
	case $line in
	'$ '*)
		command=${line#'$ '}
		block=$line
		;;
	'')
		[ -z "$command" ] || check_block "$command" "$block"
		command=''
		;;
	*) block+=$'\n'$line ;;
	esac
done <"$golden"
[ -z "$command" ] || check_block "$command" "$block"

if [ -n "${UPDATE:-}" ]; then
	cp "$scratch/all" "$golden"
fi
exit "$failed"
