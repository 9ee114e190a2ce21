#!/usr/bin/env bash
# macros.sh -- no macro hides control flow.  Files that expand a .def are exempt.
. "$(dirname "$0")/lib/gate.sh"
tracked '*.c' '*.h' | mapfile -t files
[ "${#files[@]}" -gt 0 ] || fault "no files found"
grep -LE '^ *# *include ".*\.def"' "${files[@]}" | mapfile -t judged
awk '
FNR == 1 { macro = "" }
macro == "" && /^ *# *define/ { macro = $0; line = FNR }
macro != "" {
	if (match(" " $0 " ", /[^A-Za-z0-9_](return|goto|break|continue)[^A-Za-z0-9_]/))
		print FILENAME ":" FNR ": control flow in a macro: make it a function"
	if ($0 !~ /\\$/)
		macro = ""
}' /dev/null "${judged[@]}" | faults_from
finish "${#judged[@]} files, $((${#files[@]} - ${#judged[@]})) expand a .def"
