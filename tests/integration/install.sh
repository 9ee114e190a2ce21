#!/usr/bin/env bash
# install.sh -- `make install` puts everything in its place, and a program builds from there with
# nothing but pkg-config.
set -u
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

if make -s --no-print-directory BUILD_ROOT="${BUILD_ROOT:-build}" install DESTDIR="$scratch" \
    PREFIX=/usr >"$scratch/log" 2>&1; then
	echo "ok install: make install DESTDIR PREFIX"
else
	echo "not ok install: make install"
	sed 's/^/# /' "$scratch/log"
fi
for file in bin/crmdb-server bin/crmdb-cli bin/crmdb-bench lib/libcrmdb.a include/crmdb/crmdb.h \
    lib/pkgconfig/crmdb.pc; do
	if [ -s "$scratch/usr/$file" ]; then
		echo "ok install: $file"
	else
		echo "not ok install: $file is missing"
	fi
done

nm -g --defined-only "$scratch/usr/lib/libcrmdb.a" | awk 'NF == 3 { print $3 }' >"$scratch/names"
if grep -qx crm_open "$scratch/names" && ! grep -qv '^crm_' "$scratch/names"; then
	echo "ok install: libcrmdb.a defines crm_* only"
else
	echo "not ok install: libcrmdb.a lacks crm_open, or defines other names than crm_*"
	grep -v '^crm_' "$scratch/names" | sed 's/^/# /'
fi

flags=$(PKG_CONFIG_SYSROOT_DIR=$scratch PKG_CONFIG_PATH=$scratch/usr/lib/pkgconfig \
    PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1 PKG_CONFIG_ALLOW_SYSTEM_LIBS=1 pkg-config --cflags --libs crmdb)
# shellcheck disable=SC2086
if gcc -std=c11 client/example.c -o "$scratch/example" $flags 2>"$scratch/log"; then
	echo "ok install: the README's example builds with pkg-config alone"
else
	echo "not ok install: the example does not build with: $flags"
	sed 's/^/# /' "$scratch/log"
fi
