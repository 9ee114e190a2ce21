#!/usr/bin/env bash
# cdnow.sh -- 69,659 real purchases: every customer's tier, stage, band, spend and points are what
# awk computes from the file by itself (cdnow.awk); counts, pages and the matrix agree with the
# export; importing again, another order of the rows, a kill and a restart change nothing.
# shellcheck disable=SC2016,SC2086 # awk programs; questions are words
set -u
# shellcheck source=tests/integration/common/server.sh
. "$(dirname "$0")/common/server.sh"

load()
{
	crm import "$1" --separator ' +' --date %Y%m%d --namespace cdnow \
	    --map 'customer=1,day=2,items=3,amount=4' >said 2>&1
}

# What awk computes of each customer, in its order.
shown=tier,stage,band,spend,spend12,points,orders,orders12,first_order,last_order,previous_order

# By customer, without the line of names.
export_to() { crm --format csv segment all show "$shown" 2>said | tail -n +2 | sort -t, -n >"$1"; }

# same NAME A B
same()
{
	diff "$2" "$3" >said 2>&1
	judge "$1"
}

# columns LIST FILE: of an export
columns() { cut -d, -f"$1" "$2"; }

# --- the import ---

start data 1998-07-01
load "$cdnow"
judge "69,659 purchases are imported"
grep -q '69,659 rows read: 69,659 recorded, 0 already there, 0 rejected' said
judge "each recorded once"
crm --format json info >said 2>&1
[ "$(fact customers) $(fact orders) $(fact spend)" = "23570 69659 2500315.63" ]
judge "23,570 customers, 69,659 orders, spend 2500315.63"
events=$(fact applied)

# --- every customer ---

export_to first
awk -f "$here/cdnow.awk" -v today=19980701 "$cdnow" | sort -t, -n >computed
[ "$(wc -l <computed)" -eq 23570 ]
judge "awk finds 23,570 customers"
compare()
{
	diff <(columns "1,$2" computed) <(columns "1,$2" first) >said
	judge "$1 of every customer as computed"
}
compare "the tier" 2
compare "the stage" 3
compare "the value band" 4
compare "spend and spend of 12 months" 5,6
compare "points, imported in the order of days," 7
compare "orders and orders of 12 months" 8,9
compare "first, last and previous day" 10-12

sort -t, -k5,5nr -k1,1nr computed | head -n 10 | columns 1,5 - >expected
crm --format csv segment all show "$shown" order by spend desc limit 10 2>/dev/null | tail -n +2 |
    columns 1,5 - >came
same "the ten largest spenders" expected came

# history ID: day, amount, items of each order, oldest first
history()
{
	local from=()
	while crm --format csv history "$1" limit 100 "${from[@]}" 2>next; do
		from=(from "$(sed -n 's/^next: from //p' next)")
		[ -n "${from[1]}" ] || break
	done | awk -F, '
		$1 == "event" { for (i = 1; i <= NF; i++) at[$i] = i; next }
		$at["type"] == "order_placed" { print $at["day"] "," $at["amount"] "," $at["items"] }
	' | tac
}

# One order; two days; the most orders, in three pages; and two with equal rows on one day.
for customer in 1 3 14048 499 22506; do
	awk -v id="$customer" '{ sub(/\r$/, "") } $1 + 0 == id {
		print substr($2, 1, 4) "-" substr($2, 5, 2) "-" substr($2, 7) "," $4 "," $3
	}' "$cdnow" >expected
	history "$customer" >came
	same "the history of customer $customer: $(wc -l <expected) orders" expected came
done

# --- counts, pages, matrix ---

# where QUESTION AWK: the count and the pages of a segment are the export's rows
where()
{
	awk -F, -v OFS=, "{ rank = index(\"none bronze silver gold vip\", \$2) } $2" first |
	    sort -t, -k5,5nr -k1,1nr >expected
	crm --format csv count $1 2>/dev/null | tail -n 1 >said
	[ "$(cat said)" = "$(wc -l <expected)" ]
	judge "count $1: $(wc -l <expected)"
	crm --format csv segment $1 show "$shown" order by spend desc limit 100000 2>/dev/null | tail -n +2 >came
	same "and its pages" expected came
	crm --format csv segment $1 show "$shown" order by spend asc limit 100000 2>/dev/null | tail -n +2 |
	    tac >came
	same "and from the other end" expected came
}
for tier in none bronze silver gold vip; do
	where "tier = $tier" "\$2 == \"$tier\""
done
for stage in prospect new active loyal at_risk churned won_back; do
	where "stage = $stage" "\$3 == \"$stage\""
done
where "tier >= silver and stage in (at_risk, churned)" \
    'rank >= index("none bronze silver gold vip", "silver") && $3 ~ /^(at_risk|churned)$/'
where "tier in (bronze, gold) and stage = loyal and spend >= 400" \
    '$2 ~ /^(bronze|gold)$/ && $3 == "loyal" && $5 >= 400'
where "spend between 14.99 and 15" '$5 >= 14.99 && $5 <= 15'

# Pages by cursor.
after=()
while crm --format csv segment stage = loyal show "$shown" order by spend desc limit 300 "${after[@]}" 2>next |
    tail -n +2; do
	cursor=$(sed -n "s/.*next: after '\{0,1\}\([^']*\)'\{0,1\}.*/\1/p" next)
	[ -n "$cursor" ] || break
	after=(after "$cursor")
done >came
awk -F, '$3 == "loyal"' first | sort -t, -k5,5nr -k1,1nr >expected
same "pages of 300 by cursor" expected came

awk -F, '{
	customers[$2 "," $3]++; spend[$2 "," $3] += $5 * 100; points[$2 "," $3] += $7
} END {
	for (cell in customers)
		printf "%s,%d,%d.%02d,%d\n", cell, customers[cell], int(spend[cell] / 100 + 0.001), \
		    (spend[cell] + 0.1) % 100, points[cell]
}' first | sort >expected
crm --format csv matrix 2>said | tail -n +2 | awk -F, '$3 > 0' | sort >came
same "the matrix: customers, spend and points of every cell" expected came

# --- again ---

load "$cdnow"
judge "importing again"
grep -q '69,659 rows read: 0 recorded, 69,659 already there, 0 rejected' said
judge "finds all 69,659 already there"
[ "$(fact applied)" = "$events" ]
judge "makes no event"
export_to again
same "changes no customer" first again

stop -KILL
start data 1998-07-01
export_to again
same "kill -9 and a restart change no customer" first again
stop -TERM
"$bin/crmdb-server" --verify data >said 2>&1
judge "the log alone gives the same state"

# --- rows in another order ---

start shuffled 1998-07-01
tail -n +2 "$cdnow" | awk 'BEGIN { x = 42 } { x = x * 16807 % 2147483647; print x "\t" $0 }' |
    sort -n | cut -f2- >rows
load rows
judge "the same rows, shuffled"
export_to other
diff <(columns 1-6,8-12 first) <(columns 1-6,8-12 other) >said
judge "give equal customers, orders, spend, tiers, stages and bands"
load "$cdnow"
grep -q '69,659 already there' said
judge "and are the rows of the file"
stop -TERM

# --- an earlier day: customers who are new, and rows of the future ---

start early 1997-03-10
load "$cdnow"
[ $? -eq 4 ]
judge "on 1997-03-10, later rows are rejected"
awk '$2 <= 19970311' "$cdnow" >rows # tomorrow's are taken
grep -q "$(tail -n +2 "$cdnow" | awk '$2 > 19970311' | wc -l) rejected" <(tr -d , <said)
judge "all of them"
awk -f "$here/cdnow.awk" -v today=19970310 rows | sort -t, -n >computed
export_to first
same "and the customers are as computed, $(grep -c ,new, computed) of them new" computed first
stop -TERM
exit "$failed"
