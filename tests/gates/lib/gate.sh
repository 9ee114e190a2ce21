# gate.sh -- what every gate shares; sourced.
#
# A gate judges the tree it is started in: the repository, or one of the small wrong ones in
# tests/gates/bad.  It prints "not ok GATE: FILE:LINE: what, and what to do" for each fault, or one
# "ok GATE: ..." line.

gate=$(basename "$0" .sh)
root=$(cd "$(dirname "$0")/../.." && pwd)
faults=0
shopt -s lastpipe # the last command of a pipe runs here: faults_from counts

# Files known to git or new and not ignored, by pattern.
tracked()
{
	git -c safe.directory='*' ls-files --cached --others --exclude-standard -- "$@" |
	    grep -v '^tests/gates/bad/' | sort -u | while read -r file; do
		[ ! -f "$file" ] || printf '%s\n' "$file"
	done
}

fault()
{
	echo "not ok $gate: $*"
	faults=$((faults + 1))
}

# Faults found by a program, one a line on standard input.
faults_from()
{
	local line
	while IFS= read -r line; do
		fault "$line"
	done
}

finish()
{
	[ "$faults" -ne 0 ] || echo "ok $gate: $*"
	[ "$faults" -eq 0 ]
	exit
}
