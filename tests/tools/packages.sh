#!/bin/sh
# packages.sh build|test... -- make sure that what a build (or the tests) needs is installed.
#
# Silent and quick when nothing is missing.  On Debian and Ubuntu it installs the rest, as root or
# through sudo, and says what; elsewhere it names it and stops.
# To add one: a line below with what finds it, a command, a header or a file.
set -eu

list='
build gcc              command gcc
build libc6-dev        header  stdlib.h
build pkg-config       command pkg-config
build libuv1-dev       header  uv.h
build liblmdb-dev      header  lmdb.h
build libxxhash-dev    header  xxhash.h
build libjson-c-dev    header  json-c/json.h
build libutf8proc-dev  header  utf8proc.h
build libcsv-dev       header  csv.h
build libsodium-dev    header  sodium.h
build tzdata           file    /usr/share/zoneinfo/Asia/Shanghai
test  libcmocka-dev    header  cmocka.h
test  clang            command clang
test  clang-format     command clang-format
test  procps           command pgrep
'

present()
{
	case $1 in
	command) command -v "$2" >/dev/null 2>&1 ;;
	header) printf "#include<$2>\n" | gcc -E - >/dev/null 2>&1 ;;
	file) [ -e "$2" ] ;;
	esac
}

missing=$(printf '%s' "$list" | while read -r set package kind what; do
	case " $* " in
	*" $set "*) present "$kind" "$what" || printf ' %s' "$package" ;;
	esac
done)
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
	echo "crmdb needs packages that are not here.  Their Debian names:$missing" >&2
	echo "Install this system's packages of them and run make again." >&2
	exit 1
fi
as_root=
if [ "$(id -u)" -ne 0 ]; then
	if ! command -v sudo >/dev/null 2>&1; then
		echo "crmdb needs packages that are not here.  As root, run:" >&2
		echo "  apt-get install --no-install-recommends$missing" >&2
		exit 1
	fi
	as_root=sudo
fi

apt()
{
	$as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 "$@"
}

echo "installing with apt-get:$missing"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# The package lists are fetched only when those at hand do not do.
if ! apt install -y --no-install-recommends $missing >"$log" 2>&1; then
	if ! { apt update && apt install -y --no-install-recommends $missing; } >"$log" 2>&1; then
		cat "$log" >&2
		echo "could not install:$missing" >&2
		exit 1
	fi
fi
