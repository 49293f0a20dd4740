#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# install.sh CMAKE BUILD PREFIX: install the build and look at what landed where.
set -eu
cmake=$1 build=$2 prefix=$3

rm -rf "$prefix"
"$cmake" --install "$build" --prefix "$prefix" >/dev/null
cd "$prefix"

if [ -e include/linux ]; then
	echo "include/linux would hide libc's own headers" && exit 1
fi
[ "$(ls include)" = gupsim ] || { echo "include/ holds more than gupsim/" && exit 1; }
for file in include/gupsim/gupsim.h include/gupsim/kernel/linux/mm.h bin/gupsim; do
	[ -s "$file" ] || { echo "$file is missing" && exit 1; }
done
bin/gupsim kernels | grep -q v5.6 || {
	echo "the installed command does not run" && exit 1
}
