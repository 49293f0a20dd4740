#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# flips.sh GUPSIM WORK SERIES: each rule in which the recorded kernels differ is given
# another's value. What the kernel of the series said has to tell, and what tells is made
# smaller, with the model as it is in the kernel's place. Flips that no guest can tell
# stand in flips.unseen, with reasons.
set -eu
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../../tools/lib.sh"
. "$top/tools/kernel/packages.sh"
. "$top/tools/kernel/compare.sh"
. "$top/tools/kernel/record.sh"

gupsim=$1
flips=$2/flips-$3
unseen=$top/tests/recorded/flips.unseen

# RULE RELEASE VALUE, a line for each.
cells() {
	"$gupsim" kernels | awk '
		/^[^ ].* = / { rule = $1 }
		/^    v[0-9]/ { print rule, $1, $2 }'
}

# value_on RULE RELEASE
value_on() {
	awk -v rule="$1" -v release="$2" '$1 == rule && $2 == release { print $3 }' \
		"$flips/cells"
}

# values_of RULE: all that some release has.
values_of() {
	awk -v rule="$1" '$1 == rule && $3 != "-" { print $3 }' "$flips/cells"
}

# Unpack what was recorded of a kernel, and keep the fixtures that it was asked.
open_recordings() {
	local name

	for name in fixtures $(random_recordings); do
		mkdir -p "$work/$name"
		xz -dc "$recorded/$series/$name.xz" >"$work/$name/answers"
	done
	cd "$top"
	judge_fixtures "$work/fixtures/answers" >"$work/fixtures/held"
	if [ -e "$recorded/$series-cma/fixtures.xz" ]; then
		xz -dc "$recorded/$series-cma/fixtures.xz" >"$work/fixtures/cma"
		(cma=yes && judge_fixtures "$work/fixtures/cma") >>"$work/fixtures/held"
	fi
}

# judge_fixtures ANSWERS: the fixtures that hold.
judge_fixtures() {
	local asked

	mapfile -t asked < <(recorded_fixtures)
	verdicts "$1" "${asked[@]}" | sed -nE 's/^ok +(.*) on .*/\1/p'
}

# likely_first FUNCTION: the fixtures that the kernel holds, those that name it in front.
likely_first() {
	{
		xargs grep -lF "$1" <"$work/fixtures/held" || :
		cat "$work/fixtures/held"
	} | awk '!seen[$0]++'
}

# told_by_fixture RULE=VALUE: the first fixture that the kernel holds and the flip does not.
# They run by the dozen: once one has told, the rest need not.
told_by_fixture() {
	(
		cd "$top"
		likely_first "${1%%.*}" |
			xargs -n 48 "$gupsim" run --kernel "$model" --rule "$1" |
			sed -nE 's/^FAILED +(.*) on v[0-9].*/\1/p;T;q'
	) 2>/dev/null
}

# told_by_program RULE=VALUE: the same of the random $programs, which the flip fills
# otherwise.
told_by_program() {
	local name seed count made

	for name in $programs; do
		name=${name#random-}
		seed=${name%-*} count=${name#*-}
		made=$(fresh "$work/flipped-$name")
		"$gupsim" random --seed "$seed" --count "$count" --kernel "$model" \
			--rule "$1" --write "$made" >/dev/null 2>&1 || :
		(
			cd "$made"
			"$gupsim" judge --kernel "$(upstream)" \
				"$work/random-$name/answers" -- *.gup
		) 2>/dev/null | sed -nE "s|^FAILED +(.*) on v[0-9.]+\$|$made/\\1|p" |
			head -n 1
	done | head -n 1
}

statements() {
	grep -cvE '^(expect|#|source|kernels|$)' "$1"
}

# The first candidate that holds as the kernel is, and not with the flip RULE=VALUE.
smaller_flip() {
	"$gupsim" reduce --kernel "$model" --write "$(fresh "$work/less")" "$2" \
		>/dev/null 2>&1 || :
	"$gupsim" run --kernel "$model" --rule "$1" "$work/less" 2>/dev/null |
		sed -nE 's/^FAILED +(.*) on v[0-9].*/\1/p' | head -n 1
}

# shrink_flip FIXTURE RULE=VALUE: the smallest is $work/least.gup.
shrink_flip() {
	local least=$work/least.gup found

	cp "$1" "$least"
	while found=$(smaller_flip "$2" "$least") && [ -n "$found" ] &&
		[ "$(wc -c <"$found")" -lt "$(wc -c <"$least")" ]; do
		cp "$found" "$least"
	done
}

fresh() {
	rm -rf "$1"
	mkdir -p "$1"
	echo "$1"
}

# flip RULE VALUE: prints what tells it; false if nothing does.
flip() {
	local teller

	teller=$(told_by_fixture "$1=$2")
	[ -z "$teller" ] || teller=$top/$teller
	[ -n "$teller" ] || teller=$(told_by_program "$1=$2")
	[ -n "$teller" ] || return 1
	shrink_flip "$teller" "$1=$2"
	printf '%s %s=%s: told by %s, %s statements are enough\n' "$model" "$1" "$2" \
		"$(basename "$teller")" "$(statements "$work/least.gup")"
}

is_unseen() {
	grep -qE "^$model[[:space:]]+$1=$2[[:space:]]" "$unseen"
}

# The values that the other recorded kernels have for a rule, or all that there are where
# no call of theirs comes to it ("-"); none where no call of the model's does.
other_values() {
	local release own

	own=$(value_on "$1" "$model")
	[ "$own" != - ] || return 0
	for release in $releases; do
		value_on "$1" "$release"
	done | sort -u | while read -r value; do
		if [ "$value" = - ]; then values_of "$1"; else echo "$value"; fi
	done | sort -u | grep -vxF -e "$own" || :
}

flip_on() {
	local rule value status=0

	open_recordings
	for rule in $(cut -d ' ' -f 1 "$flips/cells" | uniq); do
		for value in $(other_values "$rule"); do
			programs=$(random_recordings)
			if is_unseen "$rule" "$value"; then
				# What nothing tells would take all of them: one is enough here.
				programs=$(head -n 1 <<<"$programs")
				! flip "$rule" "$value" && continue
				echo "$model $rule=$value: flips.unseen names it, but it is told"
			else
				flip "$rule" "$value" && continue
				echo "$model $rule=$value: NOTHING TELLS"
			fi
			status=1
		done
	done
	return $status
}

releases=
fresh "$flips" >/dev/null
cells >"$flips/cells"
for series in $(all_series); do
	pin "$series"
	releases="$releases $(modelled)"
done
series=$3
pin "$series"
model=$(modelled)
work=$flips
flip_on
