# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Shared by the checks: each reports what it finds, goes on, and ends with finish.

cd "$1" || exit 1
shopt -s lastpipe # a loop at the end of a pipe counts what it finds
found=0

report() {
	printf '%s\n' "$*"
	found=$((found + 1))
}

finish() {
	[ "$found" = 0 ] || echo "$found found"
	exit $((found > 0))
}

skip() {
	echo "skipped: $*"
	exit 77
}

# sources FOLDER... -- PATTERN...: the files below FOLDER whose name matches.
sources() {
	local folders=() name=()

	while [ "$1" != -- ]; do
		[ ! -d "$1" ] || folders+=("$1")
		shift
	done
	shift
	for pattern; do
		name+=(${name[0]:+-o} -name "$pattern")
	done
	find "${folders[@]}" \( "${name[@]}" \) -type f | LC_ALL=C sort
}
