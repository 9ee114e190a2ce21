# server.sh -- for the scripts of tests/integration: a server of its own in a scratch directory, and
# one line `ok - NAME` or `not ok - NAME` a check.  Sourced with BUILD_DIR as $1; leaves the script
# in the scratch directory, which is removed at the end.
# shellcheck shell=bash disable=SC2034 # used by those who source it
bin=$(realpath "${1:-${BIN:?usage: SCRIPT BUILD_DIR}}")
cdnow=$(realpath "$(dirname "$0")/../data/cdnow/CDNOW_master.txt")
here=$(realpath "$(dirname "$0")")
scratch=$(mktemp -d)
server=
server_env=() # NAME=value: more of the server's environment
failed=0
export LC_ALL=C.UTF-8 CRMDB_URI="unix://$scratch/socket"
unset CRMDB_DATA CRMDB_PORT CRMDB_UNIX
cd "$scratch" || exit 1

crm() { "$bin/crmdb-cli" "$@"; }

# start DIRECTORY DAY: in dollars, its first programme day set by hand
start()
{
	env "${server_env[@]}" "$bin/crmdb-server" --data "$1" --no-tcp --unix socket \
	    --clock "$2" --currency USD --journal-bytes 16777216 >>log 2>&1 &
	server=$!
	for _ in $(seq 200); do
		crm ping >/dev/null 2>&1 && return
		kill -0 "$server" 2>/dev/null || break
		sleep 0.1
	done
	echo "not ok - the server did not start"
	sed 's/^/# /' log
	exit 1
}

# stop SIGNAL: and wait until it has ended
stop()
{
	[ -z "$server" ] || { kill "$1" "$server" && wait "$server"; } 2>/dev/null
	server=
}

finish()
{
	stop -KILL
	rm -rf "$scratch"
}
trap finish EXIT

# judge NAME: by the status of the command before it; the file `said` tells what went wrong
judge()
{
	local status=$?
	if [ "$status" -eq 0 ]; then
		echo "ok - $1"
		return
	fi
	echo "not ok - $1"
	head -n 20 said | sed 's/^/# /'
	failed=1
}

# A number of `info`, without its quotes.
fact() { crm --format json info | sed -n "s/^ *\"$1\": \"\{0,1\}\([-0-9.]*\).*/\1/p"; }
