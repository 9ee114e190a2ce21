#!/usr/bin/env bash
# unused.sh [OBJECT...] -- every function and table that other files can see is used by one of
# them, or it is static, or it is dead.
#
# Judged on the debug build of everything.  Exempt: main, the public crm_ functions, and what the
# C library looks for by name or a test puts in the place of.
. "$(dirname "$0")/lib/gate.sh"
objects=("$@")
if [ $# -eq 0 ]; then
	out=${BUILD_ROOT:-build}/debug
	tracked '*.c' | sed "s|\(.*\)\.c$|$out/\1.o|" | while read -r object; do
		[ ! -f "$object" ] || echo "$object"
	done | mapfile -t objects
fi
[ "${#objects[@]}" -gt 0 ] || fault "no objects: build first"
nm -A "${objects[@]}" | awk '
{ file = $1; sub(/\.o:.*/, ".c", file); symbol = $NF; type = $(NF - 1) }
type ~ /^[TDRB]$/ { defined[symbol] = file }
type == "U" { used[symbol] = 1 }
END {
	for (symbol in defined)
		if (!(symbol in used) && symbol !~ /^(main$|crm_|argp_program_|writev$)/)
			print defined[symbol] ": " symbol " is used by no other file: " \
			    "make it static or delete it"
}' | sed "s|^${BUILD_ROOT:-build}/\(debug/\)*||" | sort | faults_from
finish "${#objects[@]} objects"
