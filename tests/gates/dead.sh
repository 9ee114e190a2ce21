#!/usr/bin/env bash
# dead.sh -- nothing lies around: every .c is built into something, every error, event and mutant
# is used.
. "$(dirname "$0")/lib/gate.sh"

# What make would compile for everything.
compiled=$(make -nkB --no-print-directory V=1 BUILD=debug BUILD_ROOT=none \
    all unit-tests test-programs 2>/dev/null | grep -o '[^ ]*\.c\b' | sort -u)
tracked '*.c' | mapfile -t files
[ "${#files[@]}" -gt 0 ] || fault "no files found"
for file in "${files[@]}"; do
	grep -qxF "$file" <<<"$compiled" || fault "$file: built into nothing: delete it"
done

tracked 'protocol/*.[ch]' 'server/*.[ch]' 'client/*.[ch]' | mapfile -t users
# used NAME FILE: some source beside the table names it.
used()
{
	grep -qwF -- "$1" "${users[@]}" || fault "$2: $1 is used nowhere"
}
# names DEF MACRO: first argument of every row
names()
{
	[ ! -f "$1" ] || sed -n "s/^ *$2(\([A-Za-z_0-9]*\),.*/\1/p" "$1"
}
for name in $(names protocol/errors.def ERROR); do
	used "ERROR_$name" protocol/errors.def
done
for name in $(names protocol/events.def EVENT); do
	used "EVENT_$name" protocol/events.def
done
for name in $(names server/base/mutants.def MUTANT_ROW); do
	[ "$name" = none ] || used "MUTANT($name)" server/base/mutants.def
done
finish "${#files[@]} files, every error, event and mutant"
