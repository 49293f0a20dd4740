#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Only the table of releases and its lookups know releases: the rest of sim/ asks for a rule,
# compares none and does not see the table.
. "$(dirname "$0")/lib.sh"

sources sim -- '*.c' '*.h' | while read -r file; do
	[[ $file != sim/base/release[._]* ]] || continue
	grep -nE \
		-e '^ *# *include .*release_table\.h' \
		-e '\b(release|linux_version|kernel_version)[a-z_]*[]) ]*(<=?|>=?|==|!=)[^<>]' \
		-e '\bLINUX_VERSION(_CODE)?\b *(<|>|=)' \
		-e 'KERNEL_VERSION *\(' \
		-e 'strn?cmp\([^)]*(release|"v[0-9]+\.[0-9])' "$file" |
	while read -r hit; do
		report "$file:$hit"
	done
done
finish
