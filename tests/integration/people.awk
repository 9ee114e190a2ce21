# people.awk -- what crmdb-cli should say of the customers in a file of tests/tools/people.sh: one
# line a value, `id field,value` as `--format csv profile` writes it, in its order.  RFC 4180 cells
# without line ends; identities in their normal form.
function cells(line,    n, at, c, quoted) {
	split("", cell)
	n = 1
	for (at = 1; at <= length(line); at++) {
		c = substr(line, at, 1)
		if (c == "\"" && quoted && substr(line, at + 1, 1) == "\"") {
			cell[n] = cell[n] c
			at++
		} else if (c == "\"")
			quoted = !quoted
		else if (c == "," && !quoted)
			n++
		else
			cell[n] = cell[n] c
	}
}
function say(field, value) {
	if (value == "")
		return
	if (value ~ /[",]/) {
		gsub("\"", "\"\"", value)
		value = "\"" value "\""
	}
	print cell[1], field "," value
}
NR > 1 {
	cells($0)
	gsub(" ", "", cell[3])
	say("phone", cell[3])
	say("email", tolower(cell[4]))
	gsub("-", "", cell[5])
	count = split(toupper(cell[5]), card, ";")
	for (i = 1; i <= count; i++)
		say("card", card[i])
	say("name", cell[2])
	say("city", cell[6])
	say("language", cell[7])
	say("notes", cell[8])
}
