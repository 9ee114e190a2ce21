#!/usr/bin/env bash
# heads.sh -- every .c, .h and .def starts with a comment that names the file and says what it is
# for, in at most 25 lines.
. "$(dirname "$0")/lib/gate.sh"
tracked '*.c' '*.h' '*.def' | mapfile -t files
[ "${#files[@]}" -gt 0 ] || fault "no files found"
awk '
FNR == 1 {
	name = FILENAME
	sub(/.*\//, "", name)
	good = index($0, "/* ") == 1 && index($0, name " -- ") > 0
	if (!good)
		print FILENAME ":1: no head: begin with /* " name " -- what it is for"
	open = good
}
open && FNR > 25 { print FILENAME ":" FNR ": the head has more than 25 lines"; open = 0 }
open && /\*\// { open = 0 }' "${files[@]}" | faults_from
finish "${#files[@]} files"
