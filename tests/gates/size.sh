#!/usr/bin/env bash
# size.sh -- files, functions, parameters and lines stay readable.
#
#   .c at most 500 lines, median at most 150      .h at most 160 lines
#   function at most 70 lines, median at most 12  at most 5 parameters
#   line at most 100 columns (tabs are 8); .def files are tables and exempt
. "$(dirname "$0")/lib/gate.sh"
tracked '*.c' '*.h' | mapfile -t files
[ "${#files[@]}" -gt 0 ] || fault "no files found"
work=$(mktemp)
trap 'rm -f "$work"' EXIT

# Prints "fault TEXT", "file LINES" and "function LINES".
awk '
function columns(text,   at, width, c) {
	gsub(/[\200-\277]/, "", text) # later bytes of a UTF-8 character take no column
	for (at = 1; at <= length(text); at++)
		width += substr(text, at, 1) == "\t" ? 8 - width % 8 : 1
	return width
}
# Parameters of "type name(a, b)": commas outside inner parentheses.
function parameters(text,   at, depth, count, c) {
	sub(/^[^(]*\(/, "", text)
	if (text ~ /^(void)?\)/)
		return 0
	count = 1
	for (at = 1; at <= length(text); at++) {
		c = substr(text, at, 1)
		if (c == "(") depth++
		if (c == ")" && depth-- == 0) break
		if (c == "," && depth == 0) count++
	}
	return count
}
function name_of(text) {
	sub(/\(.*/, "", text)
	sub(/.*[ *]/, "", text)
	return text
}
function file_done(   limit) {
	if (file == "")
		return
	limit = file ~ /\.h$/ ? 160 : 500
	if (lines > limit)
		print "fault " file ": " lines " lines, over " limit ": split it by noun"
	if (file ~ /\.c$/)
		print "file " lines
}
FNR == 1 { file_done(); file = FILENAME; signature = ""; inside = 0 }
{ lines = FNR }
columns($0) > 100 { print "fault " file ":" FNR ": " columns($0) " columns, over 100" }
/^{$/ && signature != "" {
	inside = 1
	if (parameters(signature) > 5)
		print "fault " file ":" first ": " name_of(signature) " has " \
		    parameters(signature) " parameters, over 5: pass a struct"
	next
}
/^}/ {
	if (inside) {
		print "function " FNR - first + 1
		if (FNR - first + 1 > 70)
			print "fault " file ":" first ": " name_of(signature) " has " \
			    FNR - first + 1 " lines, over 70: split it"
	}
	inside = 0; signature = ""
	next
}
!inside && /^[A-Za-z_].*[^;]$/ && !/^[a-z_]+:$/ && signature == "" { signature = $0; first = FNR; next }
!inside && /^[A-Za-z_#\/]/ { signature = $0; first = FNR; if (/;$/ || /^[#\/]/) signature = ""; next }
!inside && signature != "" { signature = signature " " $0; if (/;$/) signature = "" }
END { file_done() }
' "${files[@]}" >"$work"

median()
{
	awk -v kind="$1" '$1 == kind { print $2 }' "$work" | sort -n |
	    awk '{ v[NR] = $1 } END { print NR ? v[int((NR + 1) / 2)] : 0 }'
}

sed -n 's/^fault //p' "$work" | faults_from
[ "$(median file)" -le 150 ] || fault "the median .c has $(median file) lines, over 150"
[ "$(median function)" -le 12 ] || fault "the median function has $(median function) lines, over 12"
echo "# median .c $(median file) lines, median function $(median function) lines," \
    "$(grep -c '^function' "$work") functions," \
    "$(cat "${files[@]}" | grep -cE "\<(ENSURE|static_assert)\(") assertions"
finish "${#files[@]} files"
