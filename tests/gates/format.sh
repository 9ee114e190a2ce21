#!/usr/bin/env bash
# format.sh -- every .c and .h is formatted by .clang-format.
. "$(dirname "$0")/lib/gate.sh"
tracked '*.c' '*.h' | mapfile -t files
[ "${#files[@]}" -gt 0 ] || fault "no files found"
command -v clang-format >/dev/null || fault "clang-format is not installed"
printf '%s\n' "${files[@]}" |
    xargs -P 2 -n 16 clang-format --style="file:$root/.clang-format" --dry-run -Werror 2>&1 |
    awk -F : '/: error: / && !seen[$1]++ { print $1 ":" $2 ": run clang-format -i" }' | faults_from
finish "${#files[@]} files"
