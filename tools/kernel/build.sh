# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Our own part of a guest, built into the cache and kept there until its sources change:
# the probe module for a kernel, the agent, the initramfs, the disks.

kernel_dir=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")

# stamp FILE...: changes with what they hold.
stamp() {
	cat "$@" | sha256sum | cut -c1-16
}

# made NAME FOLDER: true, with $made set, if it is in the folder; else it is to be made as
# $made.new. What others of that kind there were is gone.
made() {
	made=$2/$1
	[ ! -e "$made" ] || return 0
	rm -rf "${made%-*}"-*
	mkdir -p "$2"
	return 1
}

need_probe() {
	local log

	made "probe-$(stamp "$kernel_dir"/probe/*)" "$root" || {
		mkdir "$made.new"
		cp "$kernel_dir"/probe/* "$made.new"
		log=$made.new/make.log
		# The headers of 5.10 name a compiler of its time; those of 6.12 ask for pahole.
		make -C "$root/usr/src/linux-headers-$release" M="$made.new" CC=gcc-12 \
			HOSTCC=gcc-12 CONFIG_DEBUG_INFO_BTF_MODULES= modules >"$log" 2>&1 ||
			fail "the probe module does not build for kernel $release; make's log is $log"
		mv "$made.new" "$made"
	}
	probe=$made/gupsim_probe.ko
}

need_agent() {
	made "agent-$(stamp "$kernel_dir"/agent/* "$kernel_dir/probe/request.h")" "$cache" || {
		quietly gcc -std=gnu11 -O2 -Wall -Wextra -Wno-missing-field-initializers -static-pie -o "$made.new" \
			"$kernel_dir"/agent/*.c || fail "the agent does not build"
		mv "$made.new" "$made"
	}
	agent=$made
}

# The kernel's modules for a disk and persistent memory, in the order in which they load.
needed_modules() (
	set -o pipefail
	[ -f "$root/lib/modules/$release/modules.dep" ] || depmod -b "$root" "$release"
	for name in virtio_pci virtio_blk virtio_console dm_delay nd_pmem nd_e820; do
		modprobe -d "$root" -S "$release" --show-depends "$name" || exit
	done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }'
)

copy_modules() {
	local modules module target nr=10

	modules=$(needed_modules) || return
	for module in $modules "$probe"; do
		target=$1/$((nr++))-$(basename "$module")
		case $module in
		*.xz) xz -dc "$module" >"${target%.xz}" ;;
		*) cp "$module" "$target" ;;
		esac || return
	done
}

# cpio_of FOLDER: an archive of what is in it.
cpio_of() (
	set -o pipefail
	cd "$1" && find . -mindepth 1 | sort | cpio -o -H newc --quiet --owner 0:0
)

# All but the plans, which come as a second archive.
need_initramfs() {
	local tree

	need_probe
	need_agent
	made "initramfs-$(stamp "$probe" "$agent" "$kernel_dir/build.sh")" "$root" || {
		tree=$(mktemp -d)
		mkdir -p "$tree/modules" "$tree/dev" "$tree/proc" "$tree/sys" &&
			cp "$agent" "$tree/init" &&
			copy_modules "$tree/modules" &&
			cpio_of "$tree" >"$made.new" ||
			fail "the initramfs for kernel $release cannot be made"
		rm -rf "$tree"
		mv "$made.new" "$made"
	}
	initramfs=$made
}

disk=$cache/disk-256k.ext4
pmem=$cache/pmem-4k.ext4

# Two empty file systems without a journal, with blocks of a page. That for pmem begins its
# extents where a PMD could map them. The disk is given out 256 KiB at a time: a file of a
# fixture is one row of blocks, also where a hole in it is written to, and one read fetches it.
# need_disk FILE OPTION...: it has its name when it is complete.
need_disk() {
	[ ! -f "$1" ] || return 0
	rm -f "$1.new"
	truncate -s 64M "$1.new"
	quietly mkfs.ext4 -q -b 4096 "${@:2}" "$1.new" ||
		fail "the file systems for the guest cannot be made"
	mv "$1.new" "$1"
}

need_disks() {
	need_disk "$disk" -O ^has_journal,bigalloc -C 262144
	need_disk "$pmem" -O ^has_journal -E stride=512,stripe_width=512
}
