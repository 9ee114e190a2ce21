#!/bin/sh
# install.sh BUILD_DIRECTORY DESTDIR -- copy programs, library and header below DESTDIR$PREFIX.
set -eu
from=$1 to=$2$PREFIX

install -D -m 755 -t "$to/bin" "$from/crmdb-server" "$from/crmdb-cli" "$from/crmdb-bench"
install -D -m 644 -t "$to/lib" "$from/libcrmdb.a"
install -D -m 644 -t "$to/include/crmdb" client/crmdb/*.h
mkdir -p "$to/lib/pkgconfig"
cat >"$to/lib/pkgconfig/crmdb.pc" <<END
prefix=$PREFIX
libdir=\${prefix}/lib
includedir=\${prefix}/include

Name: crmdb
Description: C client of crmdb, an in-memory CRM database server
Version: $VERSION
Libs: -L\${libdir} -lcrmdb -lpthread
Cflags: -I\${includedir}
END
echo "installed into $to"
