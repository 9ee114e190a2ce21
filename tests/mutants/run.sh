#!/usr/bin/env bash
# run.sh [BIN] -- every deliberate fault of server/base/mutants.def must be caught by a test.
#
# All are shown to the simulation, but those of questions and of added fields to their models; those
# of saved segments are shown to their model, those about people to their own test, too, and those
# that have a place of their own in the real store to its unit test.  Seeds are fixed, so that a mutant
# is caught each time or never.  `none` must pass.
set -u
cd "$(dirname "$0")/../.." || exit 2
bin=${1:-${BUILD_ROOT:-build}/mutants}
root=$(dirname "$bin")
runs=${RUNS:-1000}
status=0
sim="$bin/tests/sim/sim --seed 1 --runs $runs"
store=$bin/tests/unit/store/recovery_test
people=$bin/tests/unit/app/people_crash_test
questions=$bin/tests/unit/engine/question_model_test
asking="scan_forgets_old_row|dropped_range|full_page_of_early_rows|null_passes"
saved=$bin/tests/unit/engine/saved_model_test
members="missed_flip|untouched_row"
added=$bin/tests/unit/engine/added_model_test
adding="added_survives_drop|forgetful_range"

# judge MUTANT NAME COMMAND: `none` must pass, every other must be caught with a sentence.
judge()
{
	local output ended what
	output=$(CRMDB_MUTANT=$1 CMOCKA_MESSAGE_OUTPUT=STDOUT $3 2>&1)
	ended=$?
	what=$(grep -E '^not ok|^ERROR:|broken invariant|^\[  FAILED  \] test_' <<<"$output" |
	    head -n 1 | sed 's/^not ok - sim: //')
	if [ "$1" = none ] && [ "$ended" -eq 0 ]; then
		echo "ok - no mutant: $2 passes"
	elif [ "$1" = none ]; then
		echo "not ok - no mutant, but $2 fails: $what"
		status=1
	elif [ "$ended" -ne 0 ] && [ -n "$what" ]; then
		echo "ok - mutant $1 caught by $2: $what"
	else
		echo "not ok - mutant $1 survived $2"
		status=1
	fi
}

mkdir -p "$root"
make --no-print-directory BUILD=mutants BUILD_ROOT="$root" "${sim%% *}" "$store" "$people" "$questions" "$saved" "$added" >"$root/mutants.log" 2>&1 ||
    { tail "$root/mutants.log"; echo "not ok - the build of the mutants"; exit 1; }
for name in $(sed -n 's/^MUTANT_ROW(\([a-z_]*\),.*/\1/p' server/base/mutants.def); do
	[[ $name == @($asking|$adding) ]] || judge "$name" sim "$sim"
	[[ $name != @(none|$asking) ]] ||
	    judge "$name" unit/engine/question_model_test "env SEED=1 QUESTIONS=3000 $questions"
	[[ $name != @(none|$members) ]] || judge "$name" unit/engine/saved_model_test "$saved"
	[[ $name != @(none|$adding) ]] ||
	    judge "$name" unit/engine/added_model_test "env SEED=1 COMMANDS=5000 $added"
	[[ $name != @(none|erase_keeps_identity|lost_profile) ]] ||
	    judge "$name" unit/app/people_crash_test "$people"
	[[ $name != @(none|dropped_event|torn_tail_accepted) ]] ||
	    judge "$name" unit/store/recovery_test "$store"
done
exit "$status"
