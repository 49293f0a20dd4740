# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Booting a kernel under QEMU: plans go in, JSON lines come out on a serial port.

boot_seconds=${GUPSIM_BOOT_SECONDS:-300}
[[ $boot_seconds =~ ^[1-9][0-9]?$|^[12][0-9]{2}$|^300$ ]] ||
	fail "GUPSIM_BOOT_SECONDS is a number from 1 to 300, not '$boot_seconds'"
# A boot takes some 3 s without hardware's help, and is the same on every machine then.
accelerator=${GUPSIM_ACCEL:-tcg}

# The guest's memory: 640M, then 64M that are persistent memory, then a little more; and a
# node of 128M that is all movable. With CMA one more, most of which is an area: then its
# movable pages come from there, and leave room for those that may not.
qemu() {
	local work=$1 boot_memory=768M last=1 node=() area=

	if [ -n "$cma" ]; then
		boot_memory=832M
		last=2
		node=(-object "memory-backend-ram,id=cma,size=64M"
			-numa "node,nodeid=1,memdev=cma")
		area=cma=48M@768M
	fi
	# Nothing is written to the disks that the next boot would see.
	timeout --foreground -k 5 "$boot_seconds" \
		qemu-system-x86_64 -machine "pc,accel=$accelerator" -cpu max,la57=off -smp 1 \
		-m "$boot_memory,slots=1,maxmem=1G" \
		-object memory-backend-ram,id=normal,size=768M \
		-object memory-backend-ram,id=movable,size=128M \
		-numa node,nodeid=0,memdev=normal,cpus=0 "${node[@]}" \
		-numa "node,nodeid=$last" \
		-device "pc-dimm,id=dimm,memdev=movable,node=$last" \
		-nodefaults -no-user-config -display none -no-reboot -nic none \
		-kernel "$root/boot/vmlinuz-$release" -initrd "$work/initramfs" \
		-append "console=ttyS0 quiet loglevel=4 panic=-1 oops=panic memmap=64M!640M \
			memhp_default_state=offline numa_balancing=disable \
			mitigations=off nokaslr norandmaps tsc=reliable \
			secretmem.enable=1 $area $parameters rdinit=/init" \
		-drive "file=$disk,format=raw,if=virtio,snapshot=on" \
		-device "loader,file=$pmem,addr=0x28000000,force-raw=on" \
		-chardev "file,id=console,path=$work/console" -serial chardev:console \
		-chardev "file,id=errors,path=$work/errors" -serial chardev:errors \
		-chardev "file,id=answers,path=$work/answers" -device virtio-serial-pci \
		-device virtserialport,chardev=answers,name=answers \
		>"$work/qemu.log" 2>&1
}

# during WORK: the fixture whose plan was the last to be begun.
during() {
	sed -nE 's/^\{"fixture":"(.*)"\}/, in the plan of \1/p' "$1/answers" | tail -n 1
}

# why_not STATUS WORK: a sentence on a boot without its last answer.
why_not() {
	if [ "$1" = 124 ] || [ "$1" = 137 ]; then
		echo "it did not come to an end within $boot_seconds s$(during "$2")"
	elif [ "$1" != 0 ]; then
		echo "QEMU ended with status $1: $(tail -n 1 "$2/qemu.log")"
	elif grep -qE 'Kernel panic|BUG:|Oops' "$2/console"; then
		echo "it panicked$(during "$2"): $(grep -m 1 -oE '(Kernel panic|BUG:|Oops).*' \
			"$2/console")"
	elif grep -qs '^{"error"' "$2/errors" "$2/answers"; then
		echo "the guest is not what it should be: $(sed -nE \
			's/^\{"error":"(.*)"\}/\1/p' "$2/errors" "$2/answers" | head -n 1)"
	else
		echo "it stopped before its last answer$(during "$2")"
	fi
}

# The first plan of each boot: requests that the module has to refuse.
refusals=$'fixture refusals\n0 refusals\nend 0\n'

# put_together WORK: the initramfs of this boot, from what is in the cache. One at a time.
put_together() (
	exec 8>"$cache/.lock"
	flock 8
	need_initramfs
	need_disks
	mkdir -p "$1/tree"
	{ printf %s "$refusals" && cat "$1/plans"; } >"$1/tree/plans"
	{ cat "$initramfs" && cpio_of "$1/tree"; } >"$1/initramfs" ||
		fail "the initramfs for kernel $release cannot be made"
)

# name_warns ANSWERS: functions for the places in the source at which this kernel WARNed.
# Those of a package that is not in the table stay as they are.
name_warns() {
	awk -v version="$version" '
		FNR == NR {
			if ($1 == version) {
				file[++nr] = $2; from[nr] = $3; to[nr] = $4; name[nr] = $5
			}
			next
		}
		function function_at(warn,    at, i) {
			split(warn, at, /[: ]/)
			for (i = 1; i <= nr; i++)
				if (at[1] == file[i] && at[2] + 0 >= from[i] && at[2] + 0 <= to[i])
					return name[i]
			return warn
		}
		match($0, /"warns":"[^"]+"/) {
			nr_warns = split(substr($0, RSTART + 9, RLENGTH - 10), warns, ";")
			named = function_at(warns[1])
			for (w = 2; w <= nr_warns; w++)
				named = named ";" function_at(warns[w])
			$0 = substr($0, 1, RSTART + 8) named substr($0, RSTART + RLENGTH - 1)
		}
		{ print }
	' "$kernel_dir/warns" "$1" >"$1.named" && mv "$1.named" "$1"
}

# parameters_wanted PLANS: what plans want on the kernel's command line, a line for each
# that differs; an empty one for those that want nothing.
parameters_wanted() {
	awk '/^fixture / { asked = 1; wanted = ""; next }
		/^0 boot / && asked { wanted = $3 }
		asked { print wanted; asked = 0 }' "$1" | sort -u
}

# plans_that_want PARAMETER PLANS
plans_that_want() {
	awk -v parameter="$1" '
		/^fixture / { fixture = $0; next }
		fixture != "" {
			wanted = /^0 boot / ? $3 : ""
			if (wanted == parameter)
				print fixture
			fixture = ""
		}
		wanted == parameter { print }' "$2"
}

# boot WORK: runs $work/plans on the kernel of need_kernel; the answers are $work/answers.
# Each command line that plans want is a boot of its own. Not behind `if`, `while`, `||` or
# `&&`: bash goes on there after what fails.
boot() {
	local work=$1 wanted parameters

	parameters_wanted "$work/plans" >"$work/wanted"
	mapfile -t wanted <"$work/wanted"
	[ ${#wanted[@]} -gt 0 ] || wanted=("")
	cp "$work/plans" "$work/planned"
	: >"$work/answered"
	for parameters in "${wanted[@]}"; do
		plans_that_want "$parameters" "$work/planned" >"$work/plans"
		boot_with "$work" "$parameters"
		cat "$work/answers" >>"$work/answered"
	done
	mv "$work/planned" "$work/plans"
	mv "$work/answered" "$work/answers"
}

# boot_with WORK PARAMETERS
boot_with() {
	local work=$1 parameters=$2 status=0

	put_together "$work"
	: >"$work/console"
	: >"$work/answers"
	: >"$work/errors"
	# The shell would tell of a QEMU that aborts, command line and all; why_not() does.
	qemu "$work" 2>/dev/null || status=$?
	rm -rf "$work/initramfs" "$work/tree"
	grep -qs '^{"done":1}' "$work/answers" ||
		fail "kernel $release: $(why_not $status "$work"); the console's log is" \
			"$work/console"
	grep -A 1 '^{"fixture":"refusals"}' "$work/answers" | grep -q '"n":0,"result":0[,}]' ||
		fail "kernel $release: the module does not refuse each malformed request; the" \
			"console's log is $work/console"
	name_warns "$work/answers"
}
