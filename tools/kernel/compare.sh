# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Model and kernel, held against each other: fixtures of the tree, or random ones, of which
# those that differ are made smaller with the kernel's help.

programs_a_boot=500
candidates_a_boot=100
shrunk_at_most=${GUPSIM_SHRINK:-3}

# The status for a kernel that there was no reason to ask, or none that would do.
not_asked=77

# The release as fixtures count it: v5.10.223 of the package version 5.10.223-1.
upstream() {
	echo "v${version%%-*}"
}

# The release that the model has for it: v5.10.223, or v6.12 for v6.12.117.
modelled() {
	local known release_name

	known=" $("$gupsim" kernels | head -n 1) "
	release_name=$(upstream)
	until [[ $known == *" $release_name "* ]]; do
		[[ $release_name == *.*.* ]] || fail "no release is modelled for $(upstream)"
		release_name=${release_name%.*}
	done
	echo "$release_name"
}

# begin_work SERIES: sets $work, and holds it, and $model.
begin_work() {
	need_kernel "$1"
	work=$top/build/realkernel/$1
	mkdir -p "$work"
	exec 7>"$work/.lock"
	flock -n 7 || fail "kernel $1 is being asked already, in $work"
	model=$(modelled) || exit 1
}

# make_plans FIXTURE...: the plans are $work/plans; why others give none, $work/unplanned.
# Input that is wrong ends it.
make_plans() {
	local status=0

	"$gupsim" plan --kernel "$(upstream)" ${cma:+--cma} "$@" \
		>"$work/plans" 2>"$work/unplanned" || status=$?
	[ "$status" -gt 1 ] || return 0
	cat "$work/unplanned" >&2
	[ "$status" = 2 ] || fail "gupsim plan ended with status $status"
	exit 2
}

# ask FIXTURE...: the answers are $work/answers.
ask() {
	make_plans "$@"
	boot "$work"
}

# judge FIXTURE...: hold $work/answers against them.
judge() {
	"$gupsim" judge --kernel "$(upstream)" ${cma:+--cma} "$work/answers" "$@"
}

# verdicts ANSWERS FIXTURE...: the same, for who reads what is said. Only what cannot be
# judged is a failure, and ends it.
verdicts() {
	local status=0

	"$gupsim" judge --kernel "$(upstream)" ${cma:+--cma} "$@" 2>&1 || status=$?
	[ "$status" -le 1 ] || fail "$1 cannot be judged: gupsim ended with status $status"
}

# ask_each FIXTURE...: the same with as many boots as it takes. The answers are in
# $work/all, the verdicts in $work/verdicts.
ask_each() {
	local i fixtures=("$@")

	: >"$work/all"
	: >"$work/verdicts"
	for ((i = 0; i < $#; i += programs_a_boot)); do
		ask "${fixtures[@]:i:programs_a_boot}"
		verdicts "$work/answers" "${fixtures[@]:i:programs_a_boot}" >>"$work/verdicts"
		cat "$work/answers" >>"$work/all"
	done
}

# Fixtures of $work/verdicts that do not hold.
differing() {
	sed -nE 's/^FAILED +(.*) on v[0-9.]+$/\1/p; s/^(.*\.gup): the guest.*/\1/p' \
		"$work/verdicts"
}

# make_random SEED COUNT: sets $programs, in $work/random, named without the folder; $calls;
# and $failed_in_model, of those that are in $work/random.log.
make_random() {
	local status=0

	rm -rf "$work/random"
	mkdir "$work/random"
	"$gupsim" random --seed "$1" --count "$2" --kernel "$model" --write "$work/random" \
		>"$work/random.log" 2>&1 || status=$?
	[ "$status" -lt 2 ] || fail "the programs cannot be made; see $work/random.log"
	calls=$(sed -nE 's/.* ([0-9]+) calls.*/\1/p' "$work/random.log" | tail -n 1)
	failed_in_model=$(sed -nE 's/.* ([0-9]+) failed.*/\1/p' "$work/random.log" | tail -n 1)
	cd "$work/random" || exit 1
	rm -f -- *.failed
	programs=(*.gup)
}

# make_smaller FILE: the first of its candidates that differs as well is FILE then, and
# $smaller is yes.
make_smaller() {
	local i found candidates

	smaller=
	rm -rf "$work/candidates"
	mkdir "$work/candidates"
	"$gupsim" reduce --kernel "$model" --write "$work/candidates" "$1" \
		>"$work/reduce.log" 2>&1 || fail "$1 cannot be made smaller; see $work/reduce.log"
	candidates=("$work/candidates"/*.gup)
	[ -e "${candidates[0]}" ] || return 0
	for ((i = 0; i < ${#candidates[@]}; i += candidates_a_boot)); do
		ask "${candidates[@]:i:candidates_a_boot}"
		verdicts "$work/answers" "${candidates[@]:i:candidates_a_boot}" >"$work/verdicts"
		found=$(differing | head -n 1)
		[ -z "$found" ] || break
	done
	[ -n "$found" ] || return 0
	cp "$found" "$1"
	smaller=yes
}

# shrink FIXTURE TARGET: the smallest that still differs, with what both sides say.
shrink() {
	local smaller=yes

	cp "$1" "$2"
	# As a condition it would go on behind what fails in it.
	while [ "$smaller" = yes ]; do
		make_smaller "$2"
	done
	ask "$2"
	verdicts "$work/answers" "$2" >"$work/verdicts"
	{
		cat "$2"
		printf '\n# %s, package version %s, answers otherwise:\n' "$(upstream)" "$version"
		sed "/^FAILED/,\$d; s|^$work/differences/||; s/^/# /" "$work/verdicts"
	} >"$2.told"
	mv "$2.told" "$2"
}

# shrink_some FILE: of the fixtures that it lists.
shrink_some() {
	local fixture target shrunk=0

	mkdir -p "$work/differences"
	while read -r fixture <&3; do
		target=$work/differences/$fixture
		cp "$fixture" "$target"
		if [ $((shrunk++)) -lt "$shrunk_at_most" ]; then
			shrink "$fixture" "$target"
			printf '%s\n' "difference: $target"
			sed 's/^/    /' "$target"
		else
			printf '%s\n' "difference, as it was made: $target"
		fi
	done 3<"$1"
}

# Why the first was skipped.
why_skipped() {
	sed -nE 's/^skipped [^:]*: //p' "$work/verdicts" | head -n 1
}

# compare_on SERIES
compare_on() {
	local start=$SECONDS differences skipped took

	begin_work "$1"
	rm -rf "$work/differences"
	make_random "$seed" "$count"
	ask_each "${programs[@]}"
	took=$((SECONDS - start > 0 ? SECONDS - start : 1))
	differing >"$work/differing"
	differences=$(wc -l <"$work/differing")
	skipped=$(grep -c '^skipped ' "$work/verdicts") || :
	[ "$(grep -cE '^(ok|FAILED|skipped) |: the guest' "$work/verdicts")" = ${#programs[@]} ] ||
		fail "not every program was judged; see $work/verdicts"
	printf '%s, package version %s%s: seed %s, %s calls in %s programs, %s differences, no masks, %s calls a minute%s%s\n' \
		"$(upstream)" "$version" \
		"$([ "$pinned" = yes ] || echo ", which is not the pinned one")" "$seed" "$calls" "${#programs[@]}" "$differences" \
		$((calls * 60 / took)) \
		"$([ "$failed_in_model" = 0 ] || echo ", $failed_in_model more failed in the model")" \
		"$([ "$skipped" = 0 ] || echo ", $skipped not asked: $(why_skipped)")"
	shrink_some "$work/differing"
	[ "$differences" = 0 ] && [ "$failed_in_model" = 0 ] && [ "$skipped" = 0 ]
}
