#!/usr/bin/env bash
# compare.sh [CUSTOMERS [SECONDS]] -- the questions of bench/questions.def, asked of crmdb and of
# others on the same customers in one run; results must be equal.
#
#   crmdb-bench --workload segments --export --> customers.csv --> SQLite, DuckDB, Redis
#
# SQLite needs Debian's sqlite3, Redis redis-server, DuckDB npm with @duckdb/node-api (installed into
# the scratch directory when npm can reach its registry); who is not there is left out, and said.
# BUILD_ROOT says where crmdb was built (make BUILD=release), TMPDIR where everything else goes.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
built=${BUILD_ROOT:-$here/../../build}/release
customers=${1:-1000000} seconds=${2:-5}
work=$(mktemp -d "${TMPDIR:-/var/tmp}/crmdb-compare-XXXXXX")
redis_pid=
stop() {
	[ -z "$redis_pid" ] || kill "$redis_pid" 2>/dev/null || true
	rm -rf "$work"
}
trap stop EXIT

"$built/crmdb-bench" run --server "$built/crmdb-server" --workload segments \
    --customers "$customers" --duration "$seconds" --batch 100 --connections 4 \
    --json "$work/crmdb.json" --export "$work/customers.csv" >"$work/crmdb.txt" ||
	{ cat "$work/crmdb.txt"; exit 1; }

if command -v redis-server >/dev/null; then
	redis-server --port 0 --unixsocket "$work/redis.sock" --save '' --appendonly no \
	    --dir "$work" >"$work/redis.log" &
	redis_pid=$!
	until redis-cli -s "$work/redis.sock" ping >/dev/null 2>&1; do sleep 0.1; done
	awk -F, '{ id = sprintf("%020d", $1)
		print "ZADD spend " $4 " " id "\r"
		print "ZADD tier:" $2 " " $4 " " id "\r"
		print "ZADD stage:" $3 " " $4 " " id "\r" }' "$work/customers.csv" |
	    redis-cli -s "$work/redis.sock" --pipe >/dev/null
else
	echo "redis-server is not installed: left out" >&2
fi
if command -v npm >/dev/null; then
	(cd "$work" && npm init -y && npm install --no-audit --no-fund @duckdb/node-api) \
	    >"$work/npm.log" 2>&1 || echo "npm cannot install DuckDB: left out" >&2
fi
command -v node >/dev/null || { echo "node is not installed: it drives the others" >&2; exit 1; }
cp "$here/compare.mjs" "$work/"
node "$work/compare.mjs" "$work"
