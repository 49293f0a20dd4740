# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Kernels from Debian packages: found with an apt configuration of our own, downloaded and
# unpacked below $cache, never installed. A kernel that is there already needs no network.

pins=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/packages
cache=${GUPSIM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/gupsim/kernels}
flavour=cloud-amd64

say() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
}

# Those of image packages: what is asked unless kernels are named.
all_series() {
	awk '!/^#/ && NF && $2 != "source" { print $1 }' "$pins"
}

# pin SERIES: sets abi, version and kbuild to what the table says, and cma if it has that.
pin() {
	# As text: 5.1 is not 5.10.
	read -r abi version kbuild < <(awk -v s="$1" \
		'!/^#/ && NF && $1 "" == s { print $2, $3, $4 }' "$pins") ||
		fail "there is no kernel '$1'; there are" \
			"$(awk '!/^#/ && NF { print $1 }' "$pins" | paste -sd ' ')"
	cma=
	[ "$abi" != source ] || cma=yes
}

# The archive, and the one of security updates, as the apt sources of this machine reach
# them; what apt would fetch is asked, so that its package lists need not be there.
archive_uris() {
	local uris

	uris=$(apt-get --print-uris update 2>/dev/null |
		sed -nE "s,^'([^']*)/dists/([a-z]+(-[a-z]+)?)/InRelease'.*,\2 \1,p")
	archive=$(awk '$1 !~ /-/ && $2 ~ /debian$/ { print $2; exit }' <<<"$uris")
	security=$(awk '$1 ~ /-security$/ { print $2; exit }' <<<"$uris")
	[ -n "$archive" ] || fail "the apt sources of this machine name no Debian archive"
	security=${security:-$archive-security}
}

private_apt() {
	local dir=$cache/apt keys=/usr/share/keyrings/debian-archive-keyring.gpg option=

	archive_uris
	mkdir -p "$dir/lists/partial" "$dir/archives/partial"
	[ ! -r $keys ] || option="[signed-by=$keys] "
	printf 'deb %s\n' \
		"$option$archive bullseye main" "$option$archive bookworm main" \
		"$option$security bullseye-security main" \
		"$option$security bookworm-security main" >"$dir/sources.list"
	apt_options=(-q -o "Dir::Etc::sourcelist=$dir/sources.list" -o Dir::Etc::sourceparts=-
		-o "Dir::State::Lists=$dir/lists" -o "Dir::Cache=$dir"
		-o APT::Sandbox::User=root -o Acquire::Check-Valid-Until=false
		-o Acquire::Retries=2 -o Acquire::http::Timeout=20 -o Acquire::https::Timeout=20)
}

# A suite that is gone from the archive does not matter as long as others have the packages.
refresh_lists() {
	say "asking the Debian archive for its kernels"
	apt-get "${apt_options[@]}" update >"$cache/apt/update.log" 2>&1 || :
	apt-cache "${apt_options[@]}" dumpavail 2>/dev/null | grep -q . ||
		fail "the Debian archive cannot be reached and the cache has no kernel $1;" \
			"apt's log is $cache/apt/update.log"
}

# versions PACKAGE: that the archive has, newest first.
versions() {
	apt-cache "${apt_options[@]}" madison "$1" 2>/dev/null |
		awk -F ' *[|] *' -v p="$1" '{ gsub(/ /, "", $1) } $1 == p { print $2 }' | sort -Vru
}

# The newest ABI of a series: one that was not built for an older Debian.
newest_abi() {
	apt-cache "${apt_options[@]}" pkgnames "linux-image-$1." |
		sed -nE "s/^linux-image-(${1//./\\.}\.[0-9]+(-[0-9]+|\+deb12))-$flavour-unsigned\$/\1/p" |
		sort -V | tail -n 1
}

# choose SERIES: the pinned packages; or, if they are gone, the newest of the series.
choose() {
	pinned=yes
	versions "linux-image-$abi-$flavour-unsigned" | grep -qxF "$version" && return
	pinned=no
	say "kernel $1: the archive no longer has $abi ($version), taking the newest instead"
	kbuild=${kbuild/"$abi"/@}
	abi=$(newest_abi "$1")
	[ -n "$abi" ] || fail "the Debian archive has no kernel of the series $1"
	kbuild=${kbuild/@/"$abi"}
	version=$(versions "linux-image-$abi-$flavour-unsigned" | head -n 1)
}

# kbuild_version: that of the kernel; or the newest, as one package may serve many ABIs.
kbuild_version() {
	local there

	there=$(versions "$kbuild")
	[ -n "$there" ] || fail "the Debian archive has no package $kbuild"
	if grep -qxF "$version" <<<"$there"; then
		echo "$version"
	else
		head -n 1 <<<"$there"
	fi
}

# choose_packages: sets $packages, each as PACKAGE=VERSION.
choose_packages() {
	local of_kbuild

	of_kbuild=$(kbuild_version) || exit 1
	packages=("linux-image-$abi-$flavour-unsigned=$version"
		"linux-headers-$abi-common=$version" "linux-headers-$abi-$flavour=$version"
		"$kbuild=$of_kbuild")
}

# relocate TREE: what the packages say of /usr and /lib is meant of the unpacked tree.
relocate() (
	set -o pipefail
	root=$1
	find "$root" -type l -lname '/*' -print0 | while IFS= read -r -d '' link; do
		target=$root$(readlink "$link") || exit
		[ ! -e "$target" ] || ln -sfn "$target" "$link" || exit
	done &&
		sed -i "s,/usr/src/linux-headers,$root&," \
			"$root/usr/src/linux-headers-$abi-$flavour/Makefile"
)

# download SERIES DIR: the tree appears under its name when it is complete.
download() {
	local new=$2.new deb packages

	private_apt
	refresh_lists "$1"
	choose "$1"
	rm -rf "$new"
	mkdir -p "$new/debs"
	choose_packages
	printf '%s\n' "${packages[@]}" >"$new/packages"
	say "kernel $1: downloading ${packages[*]}"
	(cd "$new/debs" && apt-get "${apt_options[@]}" download "${packages[@]}") \
		>"$cache/apt/download.log" 2>&1 ||
		fail "the packages of kernel $1 could not be downloaded;" \
			"apt's log is $cache/apt/download.log"
	for deb in "$new"/debs/*.deb; do
		dpkg-deb -x "$deb" "$new" || fail "$deb cannot be unpacked"
	done
	rm -rf "$new/debs" "$2"
	printf 'series=%s\nabi=%s\nversion=%s\npinned=%s\n' \
		"$1" "$abi" "$version" "$pinned" >"$new/kernel"
	mv "$new" "$2"
	relocate "$2" || fail "kernel $1 cannot be unpacked into $2"
	touch "$2/complete"
}

need_cache() {
	mkdir -p "$cache" 2>/dev/null && [ -w "$cache" ] ||
		fail "the cache $cache cannot be written; GUPSIM_CACHE can name another"
}

# need_kernel SERIES: sets root, release, abi, version, pinned.
need_kernel() {
	local key value

	pin "$1"
	root=$cache/$1-$version
	release=
	[ -f "$root/complete" ] || {
		[ -z "$cma" ] ||
			fail "kernel $1 is not built yet: ./tools/realkernel build-cma does it"
		exec 8>"$cache/.lock"
		flock 8
		[ -f "$root/complete" ] || download "$1" "$root"
		exec 8>&-
	}
	while IFS='=' read -r key value; do
		case $key in
		abi) abi=$value ;;
		version) version=$value ;;
		pinned) pinned=$value ;;
		release) release=$value ;;
		esac
	done <"$root/kernel"
	# shellcheck disable=SC2034 # for who boots it
	release=${release:-$abi-$flavour}
}
