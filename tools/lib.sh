# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Shared by tools/run, tools/test and .ci/run: Debian packages and builds. Nothing here
# writes to stdout, which belongs to the program that is run.

top=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd -P)

build_packages=(cmake gcc libbsd-dev libc6-dev libcmocka-dev ninja-build pkg-config uthash-dev)
test_packages=(g++)
ci_packages=(clang-format valgrind)

fail() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

# quietly COMMAND...: its output is shown only if it fails.
quietly() {
	local log status=0

	log=$(mktemp)
	"$@" </dev/null >"$log" 2>&1 || status=$?
	[ "$status" = 0 ] || cat "$log" >&2
	rm -f "$log"
	return "$status"
}

# sudo asks for a password on the terminal itself, if it needs one.
as_root() {
	if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

apt() {
	as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get -qq -y --no-install-recommends -o DPkg::Lock::Timeout=300 "$@"
}

# Package lists may be absent or too old: only then they are fetched.
apt_install() {
	apt install "$@" 2>/dev/null || { apt update && apt install "$@"; }
}

# need_packages PACKAGE...: install those that are missing.
need_packages() {
	local package installed missing=()

	command -v dpkg-query >/dev/null ||
		fail "this is not Debian, whose names for the packages needed are: $*"
	installed=$(dpkg-query -W -f='${Package}=${db:Status-Status}\n' "$@" 2>/dev/null || :)
	for package; do
		grep -qxF "$package=installed" <<<"$installed" || missing+=("$package")
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	[ "$(id -u)" = 0 ] || command -v sudo >/dev/null ||
		fail "packages are missing, and only root or sudo can install them: ${missing[*]}"
	echo "${0##*/}: installing ${missing[*]}" >&2
	quietly apt_install "${missing[@]}" || fail "apt could not install ${missing[*]}"
}

configure() {
	[ "build/$1/build.ninja" -nt CMakePresets.json ] && return
	echo "${0##*/}: building in build/$1" >&2
	quietly cmake --preset "$1" || fail "cmake could not configure the preset $1"
}

# build PRESET [TARGET]: bring build/PRESET up to date. Two at a time wait for each other.
build() (
	cd "$top"
	mkdir -p "build/$1"
	exec 9>"build/$1/.lock"
	flock 9
	configure "$1"
	quietly cmake --build --preset "$1" ${2:+--target "$2"} ||
		fail "the preset $1 does not build"
)
