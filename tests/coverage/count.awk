# SPDX-License-Identifier: GPL-2.0-or-later
# What gcov -b -c -t says of all objects, as branches covered by folder of sim/.
#
# First input: tests/coverage/exceptions. Then gcov's. -v top=ROOT -v gup=98 -v sim=90: the
# floors, in percent.
#
# A branch of an inline function is in many objects; taken in one of them, it is covered.
# A branch that a macro of uthash or of sys/queue.h and sys/tree.h makes is not ours, and
# is not counted.
BEGIN { FS = "\t" }

function trim(text) {
	gsub(/^[ \t]+|[ \t]+$/, "", text)
	return text
}

function foreign(text) {
	return text ~ /(^|[^A-Za-z_])(HASH|RB|TAILQ|SLIST)_[A-Z_]+/
}

FNR == 1 { input++ }

input == 1 {
	if ($0 ~ /^#/ || NF == 0)
		next
	if (NF != 3 || $3 == "") {
		print "exceptions:" FNR ": not FILE, CODE and REASON with tabs between"
		wrong++
		next
	}
	reason[$1 "\t" trim($2)] = $3
	next
}

/^ +-: +0:Source:/ {
	path = $0
	sub(/.*:Source:/, "", path)
	ours = index(path, top "/sim/") == 1
	path = substr(path, length(top) + 2)
	next
}

!ours { next }

/^ *[0-9#=*-]+[*]?: *[0-9]+:/ {
	match($0, /^ *[^:]*: *[0-9]+:/)
	line = substr($0, 1, RLENGTH - 1)
	sub(/.*: */, "", line)
	code[path, line] = trim(substr($0, RLENGTH + 1))
	next
}

/^branch +[0-9]+ / {
	split($0, word, / +/)
	id = path SUBSEP line SUBSEP word[2]
	taken = word[3] == "taken" && word[4] + 0 > 0
	if (!(id in covered))
		covered[id] = 0
	covered[id] += taken
	next
}

function add(folder, is_covered) {
	nr[folder]++
	hit[folder] += is_covered
}

function percent(folder) {
	return nr[folder] ? 100 * hit[folder] / nr[folder] : 0
}

END {
	for (id in covered) {
		split(id, part, SUBSEP)
		text = code[part[1], part[2]]
		if (foreign(text)) {
			others++
			continue
		}
		folder = part[1]
		sub(/\/[^\/]*$/, "", folder)
		add(folder, covered[id] > 0)
		add("sim", covered[id] > 0)
		if (covered[id])
			continue
		key = part[1] "\t" text
		if (key in reason)
			used[key] = 1
		else
			missing[sprintf("%s:%05d", part[1], part[2])] = text
	}
	for (place in missing) {
		split(place, part, ":")
		printf "%s:%d: %s\n", part[1], part[2], missing[place] | "sort"
		if (part[1] ~ /^sim\/gup\//)
			unexplained++
	}
	close("sort")
	for (key in reason)
		if (!(key in used)) {
			print "exceptions: superfluous, or the line is another now: " key
			wrong++
		}
	for (folder in nr)
		printf "%-14s %6d branches %6d taken %6.2f %%\n", folder, nr[folder],
			hit[folder], percent(folder) | "sort"
	close("sort")
	printf "%d branches of foreign macros are not counted\n", others
	if (percent("sim/gup") < gup)
		print "sim/gup: below " gup " %"
	if (percent("sim") < sim)
		print "sim: below " sim " %"
	if (unexplained)
		print "sim/gup: " unexplained " lines with branches that are neither taken " \
			"nor in tests/coverage/exceptions"
	exit wrong || unexplained || percent("sim/gup") < gup || percent("sim") < sim
}
