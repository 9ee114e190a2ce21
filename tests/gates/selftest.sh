#!/usr/bin/env bash
# selftest.sh -- every gate reports its bad example.
#
# tests/gates/bad/GATE is a small tree with faults; `expect` lists what the gate must say about it,
# a line each.  `run`, where there is one, starts the gate in another way.
. "$(dirname "$0")/lib/gate.sh"
cd "$root/tests/gates" || exit 1
BUILD_ROOT=$(cd "$root" && mkdir -p "${BUILD_ROOT:-build}" && realpath "${BUILD_ROOT:-build}")
export BUILD_ROOT
for script in *.sh; do
	name=${script%.sh}
	[ "$name" != selftest ] || continue
	if [ ! -s "bad/$name/expect" ]; then
		fault "$name has no bad example: make bad/$name/expect"
		continue
	fi
	start=("bash" "$root/tests/gates/$script")
	[ ! -f "bad/$name/run" ] || start=("bash" run "${start[@]}")
	said=$(cd "bad/$name" && "${start[@]}" 2>&1) &&
	    fault "$name accepts its bad example"
	while IFS= read -r line; do
		if grep -qF -- "not ok $name: $line" <<<"$said"; then
			echo "ok $gate: $name reports \"$line\""
		else
			fault "$name does not report \"$line\", it says: $said"
		fi
	done <"bad/$name/expect"
done
finish "every gate reports its bad example"
