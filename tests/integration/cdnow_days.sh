#!/usr/bin/env bash
# cdnow_days.sh -- CDNOW lived day by day: each purchase on its day from 1997-01-01 to 1998-06-30, and
# then 20 months without any.  Every event of every customer, keep-tests, falls and stages included,
# and the customers at five dates are what awk computes from the file (cdnow_days.awk); transitions
# add up to the matrices; n days at once are n single days; a kill while days turn changes nothing.
#
#   1997-03-31  end of the quarter in which all came; a month's end: the whole window is in one year
#   1998-01-01  the first month falls out of the window, without a purchase or an event
#   1998-02-01  the first keep-tests: tiers of January 1997 were kept to 1998-01-31
#   1998-06-30  the last purchases
#   2000-03-01  tests of validities that end on a 29 February; one level down a year
#
# The server's wall clock stands still (tests/preload/set_clock.c), because digests count times.
# shellcheck disable=SC2016 # awk programs
set -u
# shellcheck source=tests/integration/common/server.sh
. "$(dirname "$0")/common/server.sh"

first=1997-01-01 last=1998-06-30 end=2000-03-01
dates="1997-03-31 1998-01-01 1998-02-01 $last $end"
echo '=1795000000' >clock
server_env=("LD_PRELOAD=$bin/tests/preload/set_clock.so" "CRMDB_CLOCK_FILE=$scratch/clock")

awk -f "$here/cdnow_days.awk" -v until=$end -v dates="$dates" -v out=computed "$cdnow" &
computing=$!

load()
{
	crm import "$1" --separator ' +' --date %Y%m%d --namespace cdnow \
	    --map 'customer=1,day=2,items=3,amount=4' >said 2>&1
}

# What awk computes of each customer, in its order.
shown=tier,stage,band,spend,spend12,points,orders,orders12,first_order,last_order,previous_order

# By customer, without the line of names.
export_to() { crm --format csv segment all show "$shown" 2>said | tail -n +2 | sort -t, -n >"$1"; }

# The day turns; its event and date are noted.
turn()
{
	crm --format csv advance "$1" 2>said | awk -F, 'NR == 2 { print $2 "," $1 }' >>days
}

# same NAME A B
same()
{
	diff "$2" "$3" >said 2>&1
	judge "$1"
}

# days_between A B: all days after A up to B
days_between()
{
	local day=$1
	while [ "$day" != "$2" ]; do
		day=$(date -d "$day + 1 day" +%F)
		echo "$day"
	done
}

# digest DIRECTORY: of the log alone, after a clean stop
digest()
{
	"$bin/crmdb-server" --verify "$1" 2>&1 | grep '^verified'
}

# --- day by day ---

mkdir rows
tail -n +2 "$cdnow" | sort -s -k2,2 | awk '
	$2 != day { close(file); day = $2; file = "rows/" day }
	{ print >file }'
days_between $first $end >calendar # not with $first

start data $first
refused=0
for day in $first $(awk -v last=$last '$1 <= last' calendar); do
	turn "$day"
	file=rows/${day//-/}
	[ ! -e "$file" ] || load "$file" || refused=$((refused + 1))
	case " $dates " in *" $day "*)
		export_to "export.$day"
		crm --format csv matrix >"matrix.$day" 2>said
		;;
	esac
done
[ "$refused" -eq 0 ] && [ "$(fact orders) $(fact today)" = "69659 $last" ]
judge "69,659 purchases, each on its day, to $last"
stop -TERM
cp -r data jump
cp -r data lived_by_day

start data $first
awk -v last=$last '$1 > last' calendar >rest
while read -r day; do
	turn "$day"
done <rest
[ "$(fact today)" = $end ] && [ "$(wc -l <rest)" -eq 610 ]
judge "610 more days, one by one, to $end"
export_to export.$end
crm --format csv matrix >matrix.$end 2>said
"$bin/tests/tools/histories" "$CRMDB_URI" 1 23570 >histories 2>said
judge "every history is read"
for day in $dates; do
	crm --format csv matrix on "$day" >"history.$day" 2>said
done
crm --format csv trend >trend 2>said
[ "$(wc -l <trend)" -eq $(($(wc -l <calendar) + 2)) ]
judge "a trend of $(($(wc -l <trend) - 1)) days"
events=$(fact applied)
stop -TERM
digest data >single

# --- as computed ---

wait "$computing"
judge "awk lives the same days"
for day in $dates; do
	same "every customer on $day: tier, stage, band, spend, points, orders" "computed.$day" \
	    "export.$day"
done

# --- days that ended ---

# cells DATE: the matrix, from the customers that awk computed; the empty ones left out
cells()
{
	awk -F, -v OFS=, '
		{
			sub(/\./, "", $5)
			n[$2 OFS $3]++; spend[$2 OFS $3] += $5; points[$2 OFS $3] += $7
		}
		END {
			for (at in n)
				printf "%s,%d,%d.%02d,%d\n", at, n[at], int(spend[at] / 100),
				    spend[at] % 100, points[at]
		}' "computed.$1" | sort
}
for day in $dates; do
	cells "$day" >expected
	awk -F, 'NR > 1 && $3 > 0' "history.$day" | sort >counted
	same "the matrix recorded on $day is awk's" expected counted
	awk -F, -v day="$day" '
		{ n++; sub(/\./, "", $5); spend += $5; points += $7 }
		END { printf "%s,%d,%d.%02d,%d\n", day, n, int(spend / 100), spend % 100, points }
	' "computed.$day" >expected
	grep "^$day" trend | cut -d, -f1-4 >counted
	same "and so is its line of the trend" expected counted
done

# The programme's day of an event is the last that began before it.
awk -F, -v OFS=, '
	FNR == NR { begin[++n] = $1; day[n] = $2; next }
	{
		low = 1; high = n + 1
		while (high - low > 1) {
			middle = int((low + high) / 2)
			if (begin[middle] <= $2) low = middle; else high = middle
		}
		print $1, $2, day[low], $3, $4, $5, $6, $7, $8
	}' days <(sort -t, -k1,1n -k2,2n histories) >lived
cut -d, -f1,3- lived >came
same "every event of every history on its day: $(grep -c day_turned came) turned by a day" \
    computed.events came
# The genesis instead of the first day; each day but the last was closed.
[ "$events" -eq $(($(wc -l <lived) + 2 * $(wc -l <days) - 1)) ]
judge "and there is no other: $events events"

grep -o ' kept \| fell ' came | sort | uniq -c | awk '{ printf "# keep-tests %s: %d\n", $2, $1 }'

# --- transitions add up ---

# sums COLUMN DATE: customers of each name, by the transitions up to the date
sums()
{
	awk -F, -v column="$1" -v date="$2" '
		$3 <= date && $column != "" {
			split($column, told, " ")
			split(told[1], side, ">")
			count[side[1]]--
			count[side[2]]++
		}
		END { for (name in count) if (count[name] > 0) print name, count[name] }
	' lived | sort
}
for day in $dates; do
	awk -F, 'NR > 1 { n[$2] += $3 } END { for (i in n) if (n[i] > 0) print i, n[i] }' \
	    "matrix.$day" | sort >expected
	sums 9 "$day" >counted
	same "transitions of stages to $day add up to the matrix" expected counted
	awk -F, 'NR > 1 && $1 != "none" { n[$1] += $3 }
		END { for (i in n) if (n[i] > 0) print i, n[i] }' "matrix.$day" | sort >expected
	sums 8 "$day" >counted
	same "and those of tiers" expected counted
done

# --- all at once ---

start jump $first
crm advance $end >said 2>&1
judge "610 days at once"
stop -TERM
digest jump >jumped
same "are 610 single days: $(cat single)" single jumped

# --- kill -9 while days turn ---

# A kill that comes too early or too late is tried again.
for delay in 0.05 0.03 0.08 0.02 0.12 0.01 0.2 0.4; do
	rm -rf killed
	cp -r lived_by_day killed
	start killed $first
	crm advance $end >/dev/null 2>&1 &
	turning=$!
	sleep $delay
	stop -KILL
	wait "$turning"
	start killed $first
	reached=$(fact today)
	[[ ! $reached > $last || ! $reached < $end ]] || break
	stop -TERM
done
[[ $reached > $last && $reached < $end ]]
judge "killed near $reached, while days turn"
crm advance $end >said 2>&1
judge "restarted, and on to $end"
export_to again
same "no customer differs" export.$end again
[ "$(fact applied)" = "$events" ]
judge "as many events"
"$bin/tests/tools/histories" "$CRMDB_URI" 1 23570 2>said | sort -t, -k1,1n -k2,2n |
    cut -d, -f1,3- >came
cut -d, -f1,4- lived >expected
same "and the histories are the same" expected came
stop -TERM
digest killed >said
judge "the log alone gives that state"

# --- purchases a month late: the month's end cannot tell ---

start months $first
for month in $(cut -c 1-7 calendar | uniq); do
	day=$(date -d "$month-01 + 1 month - 1 day" +%F)
	[[ ! $day > $last ]] || break
	crm advance "$day" >said 2>&1 || break
	cat rows/"${month//-/}"* >month
	load month || break
	[ "$day" != 1997-03-31 ] || export_to export.$day.late
done
[ "$day" = 1998-07-31 ]
judge "whole months, each recorded on its last day"
same "give the customers of 1997-03-31" export.1997-03-31 export.1997-03-31.late
export_to came
same "and of $last" export.$last came
crm advance $end >said 2>&1
export_to came
same "and of $end" export.$end came
stop -TERM
exit "$failed"
