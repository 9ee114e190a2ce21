#!/usr/bin/env |
    grep -v '^tests/gates/' | mapfile -t filesbash
# words.sh -- words that do not belong into the tree, and calls with a better replacement.
# The gates themselves, which must name them, are exempt.
. "$(dirname "$0")/lib/gate.sh"
tracked '*.c' '*.h' '*.def' '*.sh' '*.md' Makefile .ci tests/list '*.awk' |
    grep -v '^tests/gates/' |
    mapfile -t files
[ "${#files[@]}" -gt 0 ] || fault "no files found"
printf '%s\n' "${files[@]}" | grep '\.[ch]$' | mapfile -t sources

# search PATTERN ADVICE FILE...
search()
{
	local pattern=$1 advice=$2 place
	shift 2
	[ $# -gt 0 ] || return
	grep -nHEo -- "$pattern" "$@" | sed "s/^\([^:]*:[0-9]*\):[^A-Za-z\/]*/\1: /" |
		while read -r place; do
			fault "$place: $advice"
		done
}

search '\<(TODO|FIXME|XXX|HACK)\>' 'do it, or write an issue' "${files[@]}"
search '[Kk]eep (it |them |this )?in sync|[Mm]ust match the .* in ' \
    'declare it once, in a .def' "${files[@]}"
search '(^|[^A-Za-z0-9_.])/(home|root|work|Users)/' 'a path of one machine' "${files[@]}"

while read -r call replacement; do
	search "(^|[^A-Za-z0-9_])$call *\\(" "banned: use $replacement" "${sources[@]}"
done <<'END'
strcpy memcpy with a checked size
strncpy memcpy with a checked size
strcat snprintf
strncat snprintf
sprintf snprintf
vsprintf vsnprintf
gets getline
strtok strchr, or a parser
atoi strtol, and check its end
atol strtol, and check its end
atoll strtoll, and check its end
atof strtod, and check its end
alloca an array, or allocate
system posix_spawn, or fork and exec
mktemp mkstemp
tmpnam mkstemp
rand a seeded generator
localtime localtime_r
gmtime gmtime_r
END
finish "${#files[@]} files"
