#!/usr/bin/env bash
# warnings.sh -- every .c compiles without a warning under gcc and clang, and each public header
# alone as C99, C11 and C++17.
. "$(dirname "$0")/lib/gate.sh"
eval "flags=($(make -s --no-print-directory -C "$root" print-STANDARD))"
tracked '*.c' | mapfile -t files
[ "${#files[@]}" -gt 0 ] || fault "no files found"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# check COMPILER FLAG... -- FILE...: two at a time, messages into $work
check()
{
	local compiler=$1 arguments=()
	shift
	while [ "$1" != -- ]; do
		arguments+=("$1")
		shift
	done
	shift
	printf '%s\n' "$@" | xargs -P 2 -I{} sh -c '
		file=$1 work=$2 compiler=$3; shift 3
		"$compiler" "$@" -fsyntax-only "$file" >"$work/$$" 2>&1 ||
			echo "$compiler: $(grep -m 1 -E "error|warning" "$work/$$" || echo "$file: fails")"
	' sh {} "$work" "$compiler" "${arguments[@]}"
}

{
	for compiler in gcc clang; do
		check "$compiler" "${flags[@]}" -- "${files[@]}"
	done
	for header in client/crmdb/*.h; do
		[ -f "$header" ] || continue
		public=(-Iclient -Wall -Wextra -Wpedantic -Werror)
		for compiler in gcc clang; do
			for standard in c99 c11; do
				check "$compiler" -x c -std=$standard "${public[@]}" -- "$header"
			done
		done
		check clang -x c++ -std=c++17 "${public[@]}" -- "$header"
	done
} | faults_from
finish "${#files[@]} files under gcc and clang, the public headers as C99, C11 and C++17"
