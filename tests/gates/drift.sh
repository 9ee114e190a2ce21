#!/usr/bin/env bash
# drift.sh -- generated text is what `make generate` would write.
. "$(dirname "$0")/lib/gate.sh"
out=${BUILD_ROOT:-build}/debug
make -s --no-print-directory -C "$root" BUILD=debug "$out/tests/tools/generate" >/dev/null ||
    fault "tests/tools/generate does not build"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
generated=(protocol/PROTOCOL.md tests/golden/protocol.txt)
for file in "${generated[@]}"; do
	mkdir -p "$work/$(dirname "$file")"
	cp "$file" "$work/$file" || fault "$file: missing"
done
program=$(cd "$root" && realpath "$out/tests/tools/generate")
bash "$root/tests/tools/generate.sh" "$program" "$work" || fault "make generate fails"
for file in "${generated[@]}"; do
	line=$(cmp "$file" "$work/$file" 2>&1 | sed -n 's/.* line //p')
	[ -z "$line" ] || fault "$file:$line: not what its declarations say: run make generate"
done
finish "${#generated[@]} files"
