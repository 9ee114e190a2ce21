#!/usr/bin/env bash
# floors.sh -- includes point downwards only, as the compiler sees them (gcc -M).
#
# The table is the architecture.  A folder sees what is listed and itself; the longest name that
# fits a file counts.  `tests` may include anything and is not judged.
. "$(dirname "$0")/lib/gate.sh"

table='
floor 5  server/main.c  protocol server/base server/engine server/store server/net server/app
floor 4  server/app     protocol server/base server/engine server/store server/net
floor 3  server/store   protocol server/base server/engine
floor 3  server/net     protocol server/base server/engine
floor 2  server/engine  protocol server/base
floor 1  server/base    protocol
floor 0  protocol
client   client/cli     protocol client client/crmdb
client   client         protocol client/crmdb
client   client/example.c  client/crmdb
client   client/crmdb
client   bench          protocol client client/crmdb
client   bench/engine   protocol bench server/base server/engine
library  lmdb.h         server/store
library  uv.h           server/net
library  sodium         server/base client/cli
library  json-c         client/cli bench
library  utf8proc.h     client/cli
library  csv.h          client/cli
'

flags=(-std=c11 -D_GNU_SOURCE -DCRMDB_VERSION='""' -I. -Iclient -x c -M)
tracked 'protocol/*.[ch]' 'server/*.[ch]' 'client/*.[ch]' 'bench/*.[ch]' | mapfile -t files
[ "${#files[@]}" -gt 0 ] || fault "no files found"

# Lines "FILE INCLUDED", or "FILE error: ..." when it does not compile.
depend()
{
	local rule
	if ! rule=$(gcc "${flags[@]}" "$1" 2>&1); then
		echo "$1 error: $(grep -m 1 error: <<<"$rule")"
		return
	fi
	sed "s/^[^ :]*\.o://" <<<"$rule" | tr " \\\\" "\n\n" | sed -e "/^$/d" -e "s|^|$1 |"
}

judge()
{
	awk -v table="$table" '
	BEGIN {
		rows = split(table, line, "\n")
		for (i = 1; i <= rows; i++) {
			words = split(line[i], word, " ")
			at = word[1] == "floor" ? 3 : 2
			if (words < at)
				continue
			if (word[1] == "library") {
				libraries[word[2]] = word[3] (words > 3 ? " " word[4] : "")
				continue
			}
			folder[word[at]] = 1
			sees[word[at], word[at]] = 1
			for (w = at + 1; w <= words; w++)
				sees[word[at], word[w]] = 1
		}
	}
	function home(file,   name, best) {
		best = ""
		for (name in folder)
			if ((file == name || index(file, name "/") == 1) && length(name) > length(best))
				best = name
		return best
	}
	$2 == "error:" { sub(/ error:/, ":"); print "does not compile alone: " $0; next }
	$2 ~ /^\// {
		for (name in libraries)
			if (index($2, "/" name) && index($2, "/include/") &&
			    index(" " libraries[name] " ", " " home($1) " ") == 0)
				print $1 ": sees " name ", which only " libraries[name] " may include"
		next
	}
	$1 != $2 {
		from = home($1); to = home($2)
		if (from == "" || to == "")
			print $1 ": sees " $2 ", which is on no floor"
		else if (!((from, to) in sees))
			print $1 ": sees " $2 ": " from " may not include " to
	}' | sort -u
}

for file in "${files[@]}"; do depend "$file"; done | judge | faults_from
echo "# who may include whom (each also itself):"
sed -e '/^$/d' -e 's/^/#   /' <<<"$table"
finish "${#files[@]} files"
