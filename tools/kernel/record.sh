# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Answers that stand in tests/recorded, so that the model is held against kernels without
# one: those to the fixtures, and those to random programs, which their seed makes again.

recorded=$top/tests/recorded
counts='^[0-9]+ (passed|failed|skipped)'

# kept FILE: the answers that a recording holds.
kept() (
	set -o pipefail
	xz -dc "$1" | tail -n +2
)

# recording NAME: its file.
recording() {
	local file=$recorded/$series/$1.xz

	[ -e "$file" ] || fail "$file: there is no such recording: ./tools/realkernel record"
	echo "$file"
}

# What was asked of it, without what every boot begins and ends with.
answers_alone() {
	sed '/^{"fixture":"refusals"}/,/^{"end":"refusals"/d; /^{"done":1}/d' "$1"
}

# packed ANSWERS: a recording.
packed() (
	set -o pipefail
	{
		printf '{"recorded":"%s","package":"%s"}\n' "$(upstream)" "$version" &&
			answers_alone "$1"
	} | xz -9e
)

# keep NAME ANSWERS: what was recorded stays until there is the whole of the new.
keep() {
	local file=$recorded/$series/$1.xz

	[ -s "$2" ] || fail "kernel $series gave no answers, so nothing is recorded; see $2"
	! grep -q '^{"error"' "$2" ||
		fail "kernel $series did not carry out each plan, so nothing is recorded; see $2"
	mkdir -p "${file%/*}"
	packed "$2" >"$file.new" && mv "$file.new" "$file" || {
		rm -f "$file.new"
		fail "$file cannot be written"
	}
	echo "recorded: $file"
}

ask_fixtures() {
	cd "$top" || exit 1
	mapfile -t asked < <(recorded_fixtures)
	ask "${asked[@]}"
}

# make_again NAME: the programs of random-SEED-COUNT. That the model fails in one is no
# reason to leave it out.
make_again() {
	local name=${1#random-}

	make_random "${name%-*}" "${name#*-}"
	[ "$failed_in_model" = 0 ] ||
		fail "$1: $failed_in_model programs fail in the model; see $work/random.log"
}

# What a kernel is recorded with: one with CMA only with what needs that.
recorded_fixtures() {
	if [ -n "$cma" ]; then
		grep -rlE '^ram .* cma ' fixtures | LC_ALL=C sort
	else
		echo fixtures
	fi
}

# ask_random NAME: of random-SEED-COUNT; the answers are $work/all.
ask_random() {
	make_again "$1"
	asked=("${programs[@]}")
	ask_each "${programs[@]}"
}

# The recordings of random programs that a kernel has, by name.
random_recordings() {
	local file

	for file in "$recorded/$series"/random-*.xz; do
		[ ! -e "$file" ] || basename "$file" .xz
	done
}

# record_on SERIES
record_on() {
	local name series=$1

	begin_work "$1"
	[ "$pinned" = yes ] || fail "kernel $1 is not the pinned one: recordings are of that"
	if [ -n "$seed" ]; then
		ask_random "random-$seed-$count"
		keep "random-$seed-$count" "$work/all"
		return
	fi
	ask_fixtures
	keep fixtures "$work/answers"
	for name in $(random_recordings); do
		ask_random "$name"
		keep "$name" "$work/all"
	done
}

# still_said NAME ANSWERS: does the kernel say what was recorded? What it says otherwise is
# told by the fixture.
still_said() {
	local file

	file=$(recording "$1") || exit 1
	kept "$file" >"$work/recorded" || fail "$file cannot be read"
	answers_alone "$2" >"$work/now"
	cmp -s "$work/recorded" "$work/now" && return
	# A frame that was freed may be seen again, or another: what they show is the same.
	verdicts "$work/recorded" "${asked[@]}" >"$work/verdicts.recorded"
	verdicts "$work/now" "${asked[@]}" >"$work/verdicts.now"
	cmp -s "$work/verdicts.recorded" "$work/verdicts.now" && return
	echo "kernel $series no longer says what $file holds:" >&2
	diff <(by_fixture "$work/recorded") <(by_fixture "$work/now") |
		sed -nE 's/^[<>] (\S+) .*/    \1/p' | sort -u | head -n 20 >&2
	return 1
}

# A line for each fixture: its name, and what was answered.
by_fixture() {
	awk -F '"' '
		$2 == "fixture" { name = $4; text = "" }
		{ text = text $0 }
		$2 == "end" { print name, text }' "$1"
}

# check_on SERIES: ask again for a part of what is recorded.
check_on() {
	local series=$1 name

	begin_work "$1"
	[ "$pinned" = yes ] || {
		echo "kernel $1 is not the pinned one: its recordings are not checked" >&2
		return "$not_asked"
	}
	ask_fixtures
	still_said fixtures "$work/answers"
	name=$(random_recordings | head -n 1)
	[ -n "$name" ] || return 0
	ask_random "$name"
	still_said "$name" "$work/all"
}

# replay_on SERIES: hold the model against the recordings; no kernel is needed.
replay_on() {
	local series=$1 name file status=0

	pin "$1"
	model=$(modelled) || exit 1
	work=$replay_work/$1
	rm -rf "$work"
	mkdir -p "$work"
	for name in fixtures $(random_recordings); do
		file=$(recording "$name") || exit 1
		xz -dc "$file" >"$work/answers" || fail "$file cannot be read"
		(replay "$name") >"$work/verdicts" 2>&1 || status=1
		printf '%s %s: %s\n' "$series" "$name" "$(grep -E "$counts" "$work/verdicts")"
		grep -vE "^(ok|skipped)|$counts" "$work/verdicts" || :
		! grep -q ': it was never recorded$' "$work/verdicts" ||
			echo "record it: ./tools/realkernel record"
	done
	return $status
}

replay() {
	if [ "$1" = fixtures ]; then
		cd "$top" || exit 1
		mapfile -t asked < <(recorded_fixtures)
		judge "${asked[@]}"
	else
		make_again "$1"
		judge "${programs[@]}"
	fi
}
