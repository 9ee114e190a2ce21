#!/usr/bin/env bash
# generate.sh PROGRAM DIRECTORY -- rewrite every generated text below DIRECTORY with PROGRAM
# (tests/tools/generate.c).  The gate `drift` runs it on a copy and compares.
set -euo pipefail
program=$(realpath "$1")
cd "$2"
new=$(mktemp)
trap 'rm -f "$new"' EXIT
mkdir -p tests/golden
"$program" golden >"$new"
cat "$new" >tests/golden/protocol.txt
"$program" doc <protocol/PROTOCOL.md >"$new"
cat "$new" >protocol/PROTOCOL.md
