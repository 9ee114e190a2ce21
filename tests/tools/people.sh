#!/usr/bin/env bash
# people.sh COUNT [FIRST] -- a file of COUNT customers for `crmdb-cli import --customers`, with ids
# from FIRST (1) up: the same each time, and nobody's.  Names are put together from syllables, the
# country code +999 belongs to no country, example.com to nobody.
#
# Every tenth has no phone, every fourth no e-mail address; every fifth has two cards, which share a
# cell; every seventh has a name with a comma and quotes, every third one in Chinese characters.
awk -v count="${1:?usage: people.sh COUNT [FIRST]}" -v first="${2:-1}" '
function draw(n) # 0 to n - 1; small enough for exact doubles
{
	seed = (seed * 16807) % 2147483647
	return seed % n
}
function capital(word) { return toupper(substr(word, 1, 1)) substr(word, 2) }
function word() { return capital(syllable[1 + draw(12)] syllable[1 + draw(12)]) }
BEGIN {
	split("ba ko li ma ne po ra su ti ve zo yu", syllable, " ")
	split("林 方 叶 白 江 云 石 乔", family, " ")
	split("安 宁 晨 雨 书 远 知 乐 清 禾", given, " ")
	split("Northport Eastfield Lakeview 南湾 东湖", city, " ")
	print "id,name,mobile,email,card,city,language,notes"
	for (id = first; id < first + count; id++) {
		seed = id * 7919 + 12345 # each row by itself, in whichever file
		draw(2)
		name = word() " " word()
		language = "en"
		if (id % 3 == 0) {
			name = family[1 + draw(8)] given[1 + draw(10)] given[1 + draw(10)]
			language = "zh-Hans"
		}
		if (id % 7 == 0)
			name = "\"" name ", \"\"" word() "\"\"\""
		phone = id % 10 == 0 ? "" : sprintf("+999 %03d %07d", draw(1000), id)
		email = id % 4 == 0 ? "" : tolower(word()) "." id "@example.com"
		card = sprintf("MC-%08d", id)
		if (id % 5 == 0)
			card = card ";GIFT-" id
		printf "%d,%s,%s,%s,%s,%s,%s,%s\n", id, name, phone, email, card,
		    city[1 + draw(5)], language, id % 9 == 0 ? "prefers " word() : ""
	}
}'
