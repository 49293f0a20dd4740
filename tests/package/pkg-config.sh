#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# pkg-config.sh PREFIX SOURCE PROGRAM COMPILER: build and run a program with what the .pc
# files say, and nothing else.
set -eu
prefix=$1 source=$2 program=$3 compiler=$4

pc=$(find "$prefix" -name gupsim-kernel.pc)
export PKG_CONFIG_PATH=${pc%/*}
libdir=$(pkg-config --variable=libdir gupsim)

flags=$(pkg-config --cflags --libs gupsim-kernel)
# Words are what pkg-config and the compiler's name are made of.
# shellcheck disable=SC2086
$compiler -Wall -Wextra -Wpedantic -Werror -o "$program" "$source" $flags
LD_LIBRARY_PATH=$libdir "$program"

# shellcheck disable=SC2086
$compiler -Wall -Wextra -Wpedantic -Werror '-DGUPSIM_LINUX_VERSION=KERNEL_VERSION(6,12,0)' \
	-o "$program-6.12" "$source" $flags
said=$(LD_LIBRARY_PATH=$libdir "$program-6.12")
if [ "$said" != "4 pages, 1025 references to the first" ]; then
	echo "built for v6.12: $said" && exit 1
fi

if pkg-config --cflags gupsim | grep -q kernel; then
	echo "the kernel headers are on the path of users who did not ask for them" && exit 1
fi
