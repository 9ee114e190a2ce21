# people_moved.awk -- the rows of a file of tests/tools/people.sh with their columns in another order
# and one more between them: language,id,x,city,notes,card,name,mobile,email.
NR > 1 {
	name = ""
	if (match($0, /^[0-9]+,"([^"]|"")*"/)) { # a quoted name holds a comma
		at = index($0, ",")
		name = substr($0, at + 1, RLENGTH - at)
		$0 = substr($0, 1, at) substr($0, RLENGTH + 1)
	}
	split($0, cell, ",")
	if (name == "")
		name = cell[2]
	print cell[7] "," cell[1] ",x" NR "," cell[6] "," cell[8] "," cell[5] "," name "," cell[3] "," cell[4]
}
