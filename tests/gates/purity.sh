#!/usr/bin/env bash
# purity.sh [OBJECT...] -- the engine calls nothing but this list, and keeps nothing between calls.
#
# Judged on the release build of the engine, the protocol and the pure part of server/base, linked
# into one object.
. "$(dirname "$0")/lib/gate.sh"

allowed='memcpy memmove memset memcmp memchr bcmp strlen strcmp strncmp strchr strcspn
snprintf vsnprintf ensure_failed
__cpu_model __divti3 __modti3 __udivti3 __umodti3 __muloti4 _GLOBAL_OFFSET_TABLE_'

objects=("$@")
if [ $# -eq 0 ]; then
	out=${BUILD_ROOT:-build}/release
	objects=("$out/server/engine.a" "$out/protocol.a" "$out/server/base/failure.o")
	make -s --no-print-directory BUILD=release "${objects[@]}" >/dev/null || fault "does not build"
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
ld -r --whole-archive "${objects[@]}" -o "$work/pure.o" || fault "does not link"

nm -u "$work/pure.o" | awk '{ print $2 }' | while read -r symbol; do
	grep -qw -- "$symbol" <<<"$allowed" ||
	    fault "calls $symbol: the engine makes no system call and allocates only from struct memory"
done

# Sections a program can write to; .data.rel.ro is constant once loaded.
objdump -t "$work/pure.o" | awk '
	NF < 4 { next }
	{ section = $(NF - 2) }
	section ~ /^\.data\.rel\.ro/ || $NF == section { next }
	section ~ /^(\.data|\.bss|\.tdata|\.tbss|\*COM\*)/ {
		print "keeps " $NF " in " section ": make it const or part of struct engine"
	}' | faults_from
finish "$(nm "$work/pure.o" | grep -c ' [Tt] ') functions, nothing writable, calls only: $(
	nm -u "$work/pure.o" | awk '{ printf "%s ", $2 }')"
