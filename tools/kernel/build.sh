# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Our own part of a guest, built into the cache and kept there until its sources change:
# the probe module for a kernel.

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
