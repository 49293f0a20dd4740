# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# A kernel with CMA, which no Debian kernel has: built from a source package into the
# cache, where it looks like one that was downloaded.

source_packages=(bc bison cpio flex gcc gcc-12 kmod libc6-dev libelf-dev make xz-utils)

# choose_source SERIES: the pinned package; or, if it is gone, the newest of that name.
choose_source() {
	pinned=yes
	versions "$kbuild" | grep -qxF "$version" && return
	pinned=no
	say "kernel $1: the archive no longer has $kbuild $version, taking the newest instead"
	version=$(versions "$kbuild" | head -n 1)
	[ -n "$version" ] || fail "the Debian archive has no package $kbuild"
}

# download_source SERIES: the sources are $new/source then.
download_source() {
	say "kernel $1: downloading $kbuild=$version"
	(cd "$new" && apt-get "${apt_options[@]}" download "$kbuild=$version") \
		>"$cache/apt/download.log" 2>&1 ||
		fail "the package $kbuild could not be downloaded; apt's log is" \
			"$cache/apt/download.log"
	mkdir "$new/source" "$new/package"
	dpkg-deb -x "$new/$kbuild"_*.deb "$new/package" &&
		tar -xJf "$new/package/usr/src/$kbuild.tar.xz" -C "$new/source" \
			--strip-components=1 || fail "the package $kbuild cannot be unpacked"
	rm -rf "$new/package" "$new/$kbuild"_*.deb
}

make_source() {
	make -C "$new/source" -j"$(nproc)" CC=gcc-12 HOSTCC=gcc-12 "$@" >>"$log" 2>&1 ||
		fail "kernel $series does not build; make's log is $log"
}

# configure_source CONFIG: Debian's without its modules, and ours behind it, which counts.
configure_source() {
	{
		grep -v '=m$' "$1"
		cat "$kernel_dir/cma.config"
	} >"$new/source/.config"
	make_source olddefconfig
	grep -qx CONFIG_CMA=y "$new/source/.config" ||
		fail "kernel $series cannot be configured with CMA"
}

# keep_headers FOLDER: what a module is built with.
keep_headers() {
	mkdir -p "$1"
	(
		set -o pipefail
		cd "$new/source" && {
			find . arch/x86 -maxdepth 1 -name 'Makefile*' &&
				find include scripts arch/x86/include ! -type d ! -name '*.o' \
					! -name '.*.cmd' &&
				find arch/x86/kernel -maxdepth 1 -name 'module.lds*' &&
				printf '%s\n' .config Kbuild Module.symvers tools/objtool/objtool
		} | cpio -pdm --quiet "$1"
	) || fail "the headers of kernel $series cannot be kept"
}

# keep_kernel: boot, headers and what is built in, where a package has them.
keep_kernel() {
	release=$(make -s -C "$new/source" kernelrelease) ||
		fail "kernel $series has no release; make's log is $log"
	mkdir "$new/boot"
	cp "$new/source/arch/x86/boot/bzImage" "$new/boot/vmlinuz-$release"
	cp "$new/source/.config" "$new/boot/config-$release"
	make_source INSTALL_MOD_PATH="$new" modules_install
	rm -f "$new/lib/modules/$release"/{build,source}
	keep_headers "$new/usr/src/linux-headers-$release"
	printf '%s\n' "$kbuild=$version" >"$new/packages"
	printf 'series=%s\nversion=%s\npinned=%s\nrelease=%s\n' \
		"$series" "$version" "$pinned" "$release" >"$new/kernel"
	rm -rf "$new/source"
}

# build_source SERIES CONFIG TREE: the tree appears under its name when it is complete.
build_source() {
	local new=$3.new log=$cache/build-$1.log series=$1

	private_apt
	refresh_lists "$1"
	choose_source "$1"
	rm -rf "$new" "$log"
	mkdir -p "$new"
	download_source "$1"
	say "kernel $1: building, which takes minutes; make's log is $log"
	configure_source "$2"
	make_source bzImage modules
	keep_kernel
	rm -rf "$3"
	mv "$new" "$3"
	touch "$3/complete"
}

# need_source SERIES: built with the configuration of the image that it is named after.
need_source() {
	local config

	need_kernel "${1%-*}"
	config=$root/boot/config-$release
	pin "$1"
	root=$cache/$1-$version
	# Not the lock that boots take: this is held for minutes.
	exec 8>"$cache/.build-lock"
	flock 8
	if [ -f "$root/complete" ]; then
		say "kernel $1 is in $root already; delete that to have it built again"
	else
		build_source "$1" "$config" "$root"
		say "kernel $1: $kbuild=$version, in $root"
	fi
	exec 8>&-
}
