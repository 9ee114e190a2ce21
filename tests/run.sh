#!/usr/bin/env bash
# run.sh SET -- build and run the lines of tests/list for SET (test, long or check), one after the
# other; print each test's name, a failed one's output, and at the end `N passed, N failed`.
set -u
shopt -s lastpipe # `... | mapfile` fills our array
cd "$(dirname "$0")/.." || exit 2
set_wanted=${1:?which set: test, long or check}
export BUILD_ROOT=${BUILD_ROOT:-build}
export SEED=${SEED:-$((RANDOM * 32768 + RANDOM))}
export CMOCKA_MESSAGE_OUTPUT=TAP
export LC_ALL=C.UTF-8
logs=$BUILD_ROOT/test-logs
mkdir -p "$logs"
passed=0 failed=0

# The sanitizers read /proc, which a bare chroot may lack.
if [ ! -e /proc/self/maps ]; then
	echo "no /proc here: mounting it for this run"
	mount -t proc proc /proc && trap 'umount -l /proc' EXIT
fi

# Checks in the log of a command that ended with status $2: sets good and bad.
count()
{
	local skipped
	good=$(grep -c '^ok\b' "$1")
	bad=$(grep -c '^not ok\b' "$1")
	skipped=$(grep -ciE '^ok\b.*# *skip' "$1")
	good=$((good - skipped)) bad=$((bad + skipped))
	if [ "$2" -ne 0 ] && [ "$bad" -eq 0 ]; then
		bad=1
	elif [ "$2" -eq 0 ] && [ $((good + bad)) -eq 0 ]; then
		good=1
	fi
}

# report NAME LOG STATUS START: one line, and the output of a failure.
report()
{
	local verdict=ok
	count "$2" "$3"
	passed=$((passed + good)) failed=$((failed + bad))
	[ "$bad" -eq 0 ] || verdict=FAILED
	printf '%-7s %-60s %4d passed, %d failed, %d s\n' "$verdict" "$1" "$good" "$bad" \
	    $((SECONDS - $4))
	if [ "$bad" -ne 0 ]; then
		[ "$3" -ne 124 ] || echo '        stopped: it took too long'
		grep -vE '^  (CC|LD)  ' "$2" | tail -n 100 | sed 's/^/        /'
	elif [[ $1 != unit* && $1 != build* ]]; then
		grep '^ok\b' "$2" | sed 's/^/        /'
	fi
}

# run_one BUILD SECONDS NAME COMMAND
run_one()
{
	local log="$logs/$1-${3//[^A-Za-z0-9_.]/-}.log" start=$SECONDS
	BIN=$BUILD_ROOT/$1 timeout -k 5 "$2" bash -c "$4" >"$log" 2>&1 </dev/null 3<&-
	report "$3 ($1)" "$log" $? "$start"
}

# Unit tests, programs and scripts run as many at a time as there are cores, and are reported in order;
# gates run one by one, because some of them build.
cores=$(nproc)
running=() # of each that runs: pid, build, name, start

# start_unit BUILD SECONDS NAME COMMAND
start_unit()
{
	[ "${#running[@]}" -lt "$cores" ] || end_unit
	local log="$logs/$1-${3//[^A-Za-z0-9_.]/-}.log"
	BIN=$BUILD_ROOT/$1 timeout -k 5 "$2" bash -c "$4" >"$log" 2>&1 </dev/null 3<&- &
	running+=("$! $1 $SECONDS $3")
}

# The one that was started first.
end_unit()
{
	local pid build start name
	read -r pid build start name <<<"${running[0]}"
	running=("${running[@]:1}")
	wait "$pid"
	report "$name ($build)" "$logs/$build-${name//[^A-Za-z0-9_.]/-}.log" $? "$start"
}

# The files of a line, or a failure: nothing is no pass.
none_of()
{
	echo "not ok nothing matches $1" >"$logs/nothing.log"
	report "$1" "$logs/nothing.log" 1 $SECONDS
}

run_units()
{
	local build=$1 seconds=$2 folder source name
	shift 2
	for folder in "$@"; do
		find tests/unit -path "tests/unit/${folder#.}*_test.c" | sort | mapfile -t found
		[ "${#found[@]}" -gt 0 ] || none_of "tests/unit/$folder"
		for source in "${found[@]}"; do
			name=${source%.c}
			start_unit "$build" "$seconds" "unit ${name#tests/unit/}" "\$BIN/$name"
		done
	done
	end_all
}

end_all()
{
	while [ "${#running[@]}" -gt 0 ]; do
		end_unit
	done
}

run_programs()
{
	local build=$1 seconds=$2 folder source name
	shift 2
	for folder in "$@"; do
		grep -ls '^int main' "$folder"/*.c | mapfile -t found
		[ "${#found[@]}" -gt 0 ] || none_of "$folder"
		for source in "${found[@]}"; do
			name=${source%.c}
			start_unit "$build" "$seconds" "${name#tests/}" "\$BIN/$name \$BIN"
		done
	done
	end_all
}

run_each()
{
	local file
	compgen -G "$3" | sort | mapfile -t found
	[ "${#found[@]}" -gt 0 ] || none_of "$3"
	for file in "${found[@]}"; do
		if [ "$kind" = check ]; then
			run_one "$1" "$2" "$file" "bash $file"
		else
			start_unit "$1" "$2" "$file" "bash $file"
		fi
	done
	end_all
}

# A command as a test's name: its program and first arguments.
name_of()
{
	local name=${1//\$BIN\//}
	name=${name#bash }
	echo "${name:0:48}"
}

built=' '
build_once()
{
	local start=$SECONDS targets
	case "- $built" in
	*" $1 "* | "$1 "*) return ;;
	esac
	built+="$1 "
	targets=$(awk -v build="$1" '$1 == "build" && $2 == build { $1 = $2 = ""; print }' tests/list)
	# shellcheck disable=SC2086
	make --no-print-directory -k -j2 BUILD="$1" BUILD_ROOT="$BUILD_ROOT" $targets \
	    >"$logs/build-$1.log" 2>&1
	report "build $1" "$logs/build-$1.log" $? "$start"
}

echo "SEED=$SEED"
lines=0 ended=0
while read -r -u 3 kind build seconds command; do
	case $kind in
	"$set_wanted") ;;
	check) [ "$set_wanted" = test ] || continue ;;
	*) continue ;;
	esac
	lines=$((lines + 1))
	build_once "$build"
	read -r -a words <<<"$command"
	case ${words[0]} in
	unit) run_units "$build" "$seconds" "${words[@]:1}" ;;
	programs) run_programs "$build" "$seconds" "${words[@]:1}" ;;
	each) run_each "$build" "$seconds" "${words[1]}" ;;
	*) run_one "$build" "$seconds" "$(name_of "$command")" "$command" ;;
	esac
	ended=$((ended + 1))
done 3<tests/list
if [ "$lines" -ne "$ended" ] || [ "$lines" -eq 0 ]; then
	echo "FAILED  tests/run.sh itself: it ran $ended of $lines lines"
	failed=$((failed + 1))
fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
