#!/usr/bin/env bash
# example.sh -- client/example.c, the program of the README: what it prints, and that running it
# again changes nothing; also against no server.
set -u
bin=${BIN:-build/debug}
scratch=$(mktemp -d)
server=
finish()
{
	[ -z "$server" ] || { kill "$server" && wait "$server"; } 2>/dev/null
	rm -rf "$scratch"
}
trap finish EXIT

"$bin/example" "unix://$scratch/nothing" >"$scratch/unreachable" 2>&1
status=$?
if [ $status -eq 3 ] && grep -q '^connect: ' "$scratch/unreachable"; then
	echo "ok example: no server is one sentence and status 3"
else
	echo "not ok example: no server: status $status, $(cat "$scratch/unreachable")"
fi

"$bin/crmdb-server" --data "$scratch/data" --no-tcp --unix "$scratch/socket" \
    --journal-bytes 16777216 >"$scratch/log" 2>&1 &
server=$!
for _ in $(seq 100); do
	[ -S "$scratch/socket" ] && break
	sleep 0.1
done

# run NAME EXPECTED: once
run()
{
	local said
	if said=$("$bin/example" "unix://$scratch/socket" 2>&1) && [ "$said" = "$2" ]; then
		echo "ok example: $1"
	else
		echo "not ok example: $1: it says: $said"
		sed 's/^/# /' "$scratch/log"
	fi
}

run "the first run earns, repeats and spends" \
"earned: 0 -> 500 in event 3
again : 0 -> 500 in event 3 (already applied)
spent : 500 -> 300 in event 4
customer 4711 has 300 points"
run "a second run changes nothing" \
"earned: 0 -> 500 in event 3 (already applied)
again : 0 -> 500 in event 3 (already applied)
spent : 500 -> 300 in event 4 (already applied)
customer 4711 has 300 points"
