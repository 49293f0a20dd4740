#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# realkernel.sh GUPSIM: what tools/realkernel says when something is missing or a kernel
# does not answer: one sentence, with the log's path, and a status. QEMU and apt are played
# by functions.
set -u
gupsim=$1
root=$(cd "$(dirname "$0")/../.." && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failed=0

# says STATUS TEXT COMMAND...
says() {
	local status=0 said

	said=$("${@:3}" 2>&1 </dev/null) || status=$?
	[ "$status" = "$1" ] && grep -qF -- "$2" <<<"$said" && return
	printf 'expected status %s and "%s", got %s: %s\n' "$1" "$2" "$status" "$said"
	failed=1
}

realkernel() {
	env PATH="$tree/bin:$PATH" GUPSIM_CACHE="$tree/cache" "$root/tools/realkernel" "$@"
}

# play NAME LINE...: a program that is found first.
play() {
	mkdir -p "$tree/bin"
	printf '%s\n' '#!/bin/sh' "${@:2}" >"$tree/bin/$1"
	chmod +x "$tree/bin/$1"
}

says 2 'tools/realkernel run' realkernel
says 2 'tools/realkernel run' realkernel frob
says 2 'run: which fixtures? Give files or directories' realkernel run
for other in 5.11 5.1 '#' ''; do
	says 2 "there is no kernel '$other'; there are 5.10 6.1 6.12" \
		realkernel run --kernel "$other" x
done
says 2 "unknown option '--frob'" realkernel run --frob
says 2 'compare: how many calls? Give --count N' realkernel compare --seed 1
says 2 "--seed takes a number, not 'x'" realkernel record --seed x
says 2 "--seed takes a number, not 'x'" realkernel compare --seed x --count 1
says 2 'record: --count goes with --seed' realkernel record --count 1
says 2 "check: did not expect 'x'" realkernel check x
says 2 "record: did not expect 'x'" realkernel record x

# A file in the way is in that of root, too.
says 1 "the cache $0/x cannot be written; GUPSIM_CACHE can name another" \
	env GUPSIM_CACHE="$0/x" "$root/tools/realkernel" run "$root/fixtures"
says 1 "the cache $0/x cannot be written" \
	env GUPSIM_CACHE="$0/x" "$root/tools/realkernel" fetch

# Without a network: apt knows an archive that it does not reach.
play apt-get 'case $* in' '*print-uris*)' \
	"echo \"'http://nowhere.invalid/debian/dists/bookworm/InRelease' x\" ;;" \
	'*) exit 100 ;;' esac
play apt-cache 'exit 0'
says 1 'the Debian archive cannot be reached and the cache has no kernel 6.1; apt' \
	realkernel fetch --kernel 6.1
play apt-get 'exit 100'
says 1 'the apt sources of this machine name no Debian archive' realkernel fetch
play dpkg-query 'exit 1'
play sudo 'exec "$@"'
says 1 'apt could not install' realkernel run "$root/fixtures"

# Of kbuild the kernel's version is taken, or the newest.
chosen() {
	bash -euc '. "$1/tools/lib.sh"; . "$1/tools/kernel/packages.sh"
		versions() { printf "%s" "$archive_has"; }
		archive_has=$2
		pin 6.1
		choose_packages
		printf "%s\n" "${packages[@]}"' - "$root" "$1"
}
says 0 'linux-kbuild-6.1=6.1.192-1' chosen $'6.1.200-1\n6.1.192-1\n'
says 0 'linux-headers-6.1.0-55-common=6.1.192-1' chosen $'6.1.200-1\n'
says 0 'linux-kbuild-6.1=6.1.200-1' chosen $'6.1.200-1\n6.1.180-1\n'
says 1 'the Debian archive has no package linux-kbuild-6.1' chosen ''

# A boot: the guest's files are what a failure leaves.
(
	. "$root/tools/lib.sh"
	. "$root/tools/kernel/packages.sh"
	. "$root/tools/kernel/build.sh"
	. "$root/tools/kernel/boot.sh"
	release=6.1.0-test
	version=6.1-test
	work=$tree/work
	mkdir -p "$work"

	: >"$work/plans"
	(
		cache=$work
		initramfs=/dev/null
		need_initramfs() { :; }
		need_disks() { :; }
		cpio() { return 1; }
		says 1 'the initramfs for kernel 6.1.0-test cannot be made' put_together "$work"
		exit $failed
	) || failed=1
	put_together() { :; }

	# boots STATUS CONSOLE ANSWERS ERRORS LOG TEXT
	boots() {
		local given=("$@")

		qemu() {
			printf '%s\n' "${given[1]}" >"$work/console"
			printf '%b' "${given[2]}" >"$work/answers"
			printf '%s\n' "${given[3]}" >"$work/errors"
			printf '%s\n' "${given[4]}" >"$work/qemu.log"
			return "${given[0]}"
		}
		attempt() { (boot "$work"); }
		says 1 "kernel 6.1.0-test: $6; the console's log is $work/console" attempt
	}

	begun='{"fixture":"refusals"}\n{"n":0,"result":0}\n{"end":"refusals"}\n'
	begun+='{"fixture":"a.gup"}\n'
	boots 124 '' '' '' '' "it did not come to an end within $boot_seconds s"
	boots 124 '' "$begun" '' '' \
		"it did not come to an end within $boot_seconds s, in the plan of a.gup"
	boots 0 'Kernel panic - not syncing: x' "$begun" '' '' \
		'it panicked, in the plan of a.gup: Kernel panic - not syncing: x'
	boots 0 '' '' '{"error":"19-gupsim_probe.ko: Exec format error"}' '' \
		'the guest is not what it should be: 19-gupsim_probe.ko: Exec format error'
	boots 1 '' '' '' 'could not open disk' \
		'QEMU ended with status 1: could not open disk'
	boots 0 '' "$begun" '' '' 'it stopped before its last answer, in the plan of a.gup'
	boots 0 '' '{"fixture":"refusals"}\n{"n":0,"result":2}\n{"done":1}\n' '' '' \
		'the module does not refuse each malformed request'
	exit $failed
) || failed=1

# The whole of it, with kernels that are there and functions that play: all answer a plan by
# the lines of $tree/top/answers. It runs by itself, so that what fails can end it.
mkdir -p "$tree/top/fixtures"
cd "$tree/top" || exit 1
cat >"$tree/played" <<EOF
set -eu
. "$root/tools/realkernel"
top=$tree/top
recorded=\$top/tests/recorded
prepare() { gupsim=$gupsim; }
need_kernel() {
	pin "\$1"
	release=\$abi
	pinned=\${PINNED-yes}
}
boot() {
	echo "\$series" >>"$tree/booted"
	cp "$tree/top/answers" "\$1/answers"
}
eval "\${PLAY-}"
main "\$@"
EOF
played() {
	: >"$tree/booted"
	bash "$tree/played" "$@"
}

# booted SERIES...: the kernels that were booted by the last that was played.
booted() {
	[ "$(paste -sd ' ' "$tree/booted")" = "$*" ] && return
	printf 'expected boots of "%s", got "%s"\n' "$*" "$(paste -sd ' ' "$tree/booted")"
	failed=1
}

answers() {
	printf '{"fixture":"%s"}\n{"n":1,"result":0}\n{"end":"x"}\n' "$@"
}

printf 'kernels v5.5\ntask A\n' >fixtures/old.gup
printf 'kernels v5.6..\ntask A\nio done\n' >fixtures/undone.gup
printf 'kernels v6.1\ntask A\n' >fixtures/v6.1.gup
answers fixtures/v6.1.gup >answers
says 2 'fixtures/old.gup is for v5.5, not for v6.1.192' played run fixtures/old.gup
says 2 'undone.gup:3: no plan: the verb is not done in a guest' \
	played run --kernel 5.10 fixtures
says 2 'there is nothing in these fixtures to ask of 5.10 6.12' \
	played run --kernel 5.10 --kernel 6.12 fixtures
booted
says 0 '1 passed, 2 skipped' played run fixtures
booted 6.1
says 0 'skipped fixtures/old.gup: it is for v5.5, not for v6.1.192' played run fixtures
answers fixtures/old.gup >answers
says 1 'fixtures/v6.1.gup: the guest gave no answer' played run fixtures

# Of a kernel that is not the pinned one nothing is recorded, and nothing checked.
answers fixtures/v6.1.gup >answers
says 0 "recorded: $tree/top/tests/recorded/6.1/fixtures.xz" played record --kernel 6.1
says 0 '' played check --kernel 6.1
says 1 'kernel 6.1 is not the pinned one: recordings are of that' \
	env PINNED=no bash "$tree/played" record --kernel 6.1
says 77 'kernel 6.1 is not the pinned one: its recordings are not checked' \
	env PINNED=no bash "$tree/played" check --kernel 6.1

# A record that cannot be finished leaves what there was.
before=$(cksum <tests/recorded/6.1/fixtures.xz)
says 1 'kernel 6.1 gave no answers, so nothing is recorded' \
	env PLAY='boot() { rm -f "$1/answers"; }' bash "$tree/played" record --kernel 6.1
says 1 'fixtures.xz cannot be written' \
	env PLAY='answers_alone() { head -n 1 "$1"; return 1; }' \
	bash "$tree/played" record --kernel 6.1
[ "$(cksum <tests/recorded/6.1/fixtures.xz)" = "$before" ] || {
	echo 'a recording was replaced by one that failed'
	failed=1
}

replayed() {
	bash -euc '. "$1/tools/lib.sh"; . "$1/tools/kernel/packages.sh"
		. "$1/tools/kernel/compare.sh"; . "$1/tools/kernel/record.sh"
		top=$2 recorded=$2/tests/recorded gupsim=$3 replay_work=$2/replayed
		replay_on 6.1' - "$root" "$tree/top" "$gupsim"
}
says 0 '6.1 fixtures: 1 passed, 2 skipped' replayed
cp fixtures/v6.1.gup fixtures/new.gup
says 1 'fixtures/new.gup: it was never recorded' replayed
says 1 'record it: ./tools/realkernel record' replayed
rm fixtures/new.gup
sed -i 's/"result":0/"result":-12/' answers
says 1 'kernel 6.1 no longer says what' played check --kernel 6.1
truncate -s -9 tests/recorded/6.1/fixtures.xz
says 1 'fixtures.xz cannot be read' played check --kernel 6.1
says 1 'fixtures.xz cannot be read' replayed
rm tests/recorded/6.1/fixtures.xz
says 1 'fixtures.xz: there is no such recording' played check --kernel 6.1
says 1 'fixtures.xz: there is no such recording' replayed

# What went wrong is not kept, and nothing is compared with it.
printf '{"fixture":"fixtures/v6.1.gup"}\n{"error":"it hangs"}\n{"end":"x"}\n' >answers
says 1 'kernel 6.1 did not carry out each plan, so nothing is recorded' \
	played record --kernel 6.1
says 1 'it hangs' played run fixtures
says 1 '6.1/answers cannot be judged: gupsim ended with status 139' \
	env PLAY='dies() { [ "$1" != judge ] || return 139; '"$gupsim"' "$@"; }
		prepare() { gupsim=dies; }' \
	bash "$tree/played" compare --kernel 6.1 --count 3
says 1 '2 programs fail in the model' \
	env PLAY='make_random() { failed_in_model=2; }' \
	bash "$tree/played" record --kernel 6.1 --seed 1 --count 9

# What differs is made smaller, and told; here that is all that is asked.
says 1 "difference: $tree/top/build/realkernel/6.1/differences/" \
	env GUPSIM_SHRINK=1 bash "$tree/played" compare --kernel 6.1 --seed 1 --count 3

# Whatever is run for one of them, the others are told of, too.
says 1 'difference, as it was made:' env GUPSIM_SHRINK=1 PLAY='shrink() { cat >/dev/null; }' \
	bash "$tree/played" compare --kernel 6.1 --seed 1 --count 60

# What fails in a boot ends it, the first one and those that make a difference smaller.
says 5 '' env PLAY='boot() { (exit 5); cp "$top/answers" "$1"; }' \
	bash "$tree/played" compare --kernel 6.1 --seed 1 --count 3
says 5 '' env PLAY='fails=0
		boot() { cp "$top/answers" "$1"; (exit "$fails"); fails=5; }' \
	bash "$tree/played" compare --kernel 6.1 --seed 1 --count 3

# What fails ends it, and not what is asked of the other kernels.
says 2 'seed 3' env PLAY='compare_on() { (exit 2); echo it went on; }' \
	bash "$tree/played" compare --count 3
says 2 'still asked: 6.12' \
	env PLAY='run_on() { echo "still asked: $1"; [ "$1" != 6.1 ] || exit 2; }' \
	bash "$tree/played" run fixtures

exit $failed
