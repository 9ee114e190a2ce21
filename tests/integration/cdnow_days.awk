# cdnow_days.awk -- the life of every customer of CDNOW_master.txt, day by day, computed from the rows
# alone and on their own calendar: each purchase is recorded on its day, and each day is lived.
#
#   awk -f cdnow_days.awk -v until=YYYY-MM-DD -v dates='YYYY-MM-DD ...' -v out=PREFIX FILE
#
# PREFIX.DATE   every customer known on DATE, as the csv of `segment all`
# PREFIX.events every event: customer,day,kind,order day,cents,points,tier,stage (see
#               tests/tools/histories.c, which reads the same of a server)
#
# A day: the keep-test of a tier whose validity ended yesterday, with the 12 months as of yesterday;
# on the first of a month the oldest month falls out of the window; the stage; then the purchases.
# Every customer is asked every day: nothing is known here of a next day that matters.

function is_leap(year) {
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

# Tables of every day and month: from 1997 to the year behind the last validity.
function make_calendar(   day, year, month, date, size) {
	day = 9862 # 1997-01-01, days since 1970-01-01
	for (year = 1997; year <= substr(until, 1, 4) + 3; year++)
		for (month = 0; month < 12; month++) {
			size = length_of[month + 1] + (month == 1 && is_leap(year))
			begins[day] = 1
			for (date = 1; date <= size; date++) {
				iso[day] = sprintf("%d-%02d-%02d", year, month + 1, date)
				number[iso[day]] = day
				month_of[day++] = year * 12 + month
			}
			end_of[year * 12 + month] = day - 1
		}
}

function cents(text,   part) {
	split(text, part, ".")
	return part[1] * 100 + part[2]
}

function money(amount) {
	return sprintf("%d.%02d", int(amount / 100), amount % 100)
}

function stage_on(day,   quiet) {
	quiet = day - last
	if (quiet > 180)
		return "churned"
	if (quiet > 90)
		return "at_risk"
	if (previous && last - previous > 180)
		return "won_back"
	if (day - first <= 30)
		return "new"
	return orders12 >= 4 ? "loyal" : "active"
}

function band_on(day) {
	if (day - first <= 30)
		return "potential"
	return spend12 >= 150000 ? "high" : spend12 >= 30000 ? "middle" : "low"
}

# A change of the stage, as an event tells it.
function turn_stage(to,   told) {
	told = to == stage ? "" : stage ">" to
	stage = to
	return told
}

function set_tier(to, cause, day,   told) {
	valid = to == 0 ? -1 : end_of[month_of[day] + 12]
	told = tier_name[tier] ">" tier_name[to] " " cause " " spend12 " " valid
	tier = to
	return told
}

# The days of the customer's life without the purchases of the day; the window rolls last here, so
# that the keep-test sees that of yesterday.
function live(day,   told, turned, old) {
	if (day == valid + 1) {
		if (spend12 * 10 >= entry[tier] * 7)
			told = set_tier(tier, "kept", day - 1)
		else
			told = set_tier(tier - 1, "fell", day - 1)
	}
	if (day in begins) {
		old = month_of[day] - 12
		spend12 -= spent[old]
		orders12 -= bought[old]
	}
	turned = turn_stage(stage_on(day))
	if (told turned != "")
		print id "," iso[day] ",day_turned,,,," told "," turned >events
}

function buy(row, day,   paid, month, reached, told) {
	paid = amounts[row]
	month = month_of[day]
	points += int(paid * rate[tier] / 10000)
	spend += paid
	orders++
	spent[month] += paid
	bought[month]++
	spend12 += paid
	orders12++
	if (orders == 1)
		first = day
	if (day > last) {
		previous = last
		last = day
	}
	reached = 4
	while (spend12 < entry[reached])
		reached--
	if (reached > tier)
		told = set_tier(reached, "order", day)
	print id "," iso[day] ",order_placed," iso[day] "," paid "," points "," told "," \
	    turn_stage(stage_on(day)) >events
}

function note(day) {
	print id "," tier_name[tier] "," stage "," band_on(day) "," money(spend) "," money(spend12) \
	    "," points "," orders "," orders12 "," iso[first] "," iso[last] "," \
	    (previous ? iso[previous] : "") >(out "." iso[day])
}

# Rows 1 to `count` are the customer's.
function live_customer(   day, row) {
	split("", spent)
	split("", bought)
	spend = spend12 = points = orders = orders12 = tier = first = last = previous = 0
	valid = -1
	stage = "prospect"
	row = 1
	for (day = days[1]; day <= end; day++) {
		if (orders > 0)
			live(day)
		for (; row <= count && days[row] == day; row++)
			buy(row, day)
		if (day in noted)
			note(day)
	}
}

BEGIN {
	split("31 28 31 30 31 30 31 31 30 31 30 31", length_of, " ")
	split("bronze silver gold vip", tier_name, " ")
	tier_name[0] = "none"
	split("20000 50000 150000 500000", entry, " ")
	entry[0] = 0
	split("100 125 150 200", rate, " ")
	rate[0] = 100
	make_calendar()
	end = number[until]
	split(dates, list, " ")
	for (i in list)
		noted[number[list[i]]] = 1
	events = out ".events"
}

{ sub(/\r$/, "") }

$1 ~ /^[0-9]+$/ {
	if ($1 + 0 != id && count > 0) {
		live_customer()
		count = 0
	}
	id = $1 + 0
	count++
	days[count] = number[substr($2, 1, 4) "-" substr($2, 5, 2) "-" substr($2, 7)]
	amounts[count] = cents($4)
}

END { live_customer() }
