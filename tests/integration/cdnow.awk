# cdnow.awk -- what the rules say of every customer of CDNOW_master.txt, computed from the rows
# alone and on their own calendar: awk -f cdnow.awk -v today=YYYYMMDD FILE.  Output as the csv of
# `segment all` with what cdnow.sh shows, by customer.
#
# The rules: tier by spend of this month and the 11 before, at any moment the highest reached; points
# at the rate of the tier before the order, so they depend on the order of the rows; the stage is the
# first that matches.

# Days since 1970-01-01, by adding up years and months.
function to_days(date,   year, month, days, y, m) {
	year = int(date / 10000)
	month = int(date / 100) % 100
	days = date % 100 - 1
	for (y = 1970; y < year; y++)
		days += is_leap(y) ? 366 : 365
	for (m = 1; m < month; m++)
		days += length_of[m] + (m == 2 && is_leap(year))
	return days
}

function is_leap(year) {
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

function months(date) {
	return int(date / 10000) * 12 + int(date / 100) % 100
}

function cents(text,   part) {
	split(text, part, ".")
	return part[1] * 100 + part[2]
}

function money(amount) {
	return sprintf("%d.%02d", int(amount / 100), amount % 100)
}

function iso(date) {
	return date == 0 ? "" : sprintf("%d-%02d-%02d", int(date / 10000), int(date / 100) % 100, date % 100)
}

function tier(spent) {
	return spent >= 500000 ? "vip" : spent >= 150000 ? "gold" : spent >= 50000 ? "silver" : \
	    spent >= 20000 ? "bronze" : "none"
}

function stage(id,   quiet) {
	quiet = to_days(today) - to_days(last[id])
	if (quiet > 180)
		return "churned"
	if (quiet > 90)
		return "at_risk"
	if (previous[id] && to_days(last[id]) - to_days(previous[id]) > 180)
		return "won_back"
	if (to_days(today) - to_days(first[id]) <= 30)
		return "new"
	return orders12[id] >= 4 ? "loyal" : "active"
}

function band(id) {
	if (to_days(today) - to_days(first[id]) <= 30)
		return "potential"
	return spend12[id] >= 150000 ? "high" : spend12[id] >= 30000 ? "middle" : "low"
}

# A purchase day among those of a customer, which need not come in order.
function add_day(id, date) {
	if (!(id in first) || date < first[id])
		first[id] = date
	if (date > last[id]) {
		previous[id] = last[id]
		last[id] = date
	} else if (date < last[id] && date > previous[id])
		previous[id] = date
}

BEGIN {
	split("31 28 31 30 31 30 31 31 30 31 30 31", length_of, " ")
	rate["none"] = rate["bronze"] = 100
	rate["silver"] = 125
	rate["gold"] = 150
	rate["vip"] = 200
}

{ sub(/\r$/, "") }

$1 ~ /^[0-9]+$/ {
	id = $1 + 0
	paid = cents($4)
	points[id] += int(paid * rate[tier(spend12[id])] / 10000)
	spend[id] += paid
	orders[id]++
	if (months($2) > months(today) - 12 && months($2) <= months(today)) {
		spend12[id] += paid
		orders12[id]++
	}
	add_day(id, $2 + 0)
}

END {
	for (id in spend)
		printf "%d,%s,%s,%s,%s,%s,%d,%d,%d,%s,%s,%s\n", id, tier(spend12[id]), stage(id), \
		    band(id), money(spend[id]), money(spend12[id]), points[id], orders[id], \
		    orders12[id], iso(first[id]), iso(last[id]), iso(previous[id])
}
