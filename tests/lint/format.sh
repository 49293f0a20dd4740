#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The C sources are as clang-format 14 would write them. format.sh ROOT --fix makes them so.
. "$(dirname "$0")/lib.sh"

tool=$(command -v clang-format-14 || command -v clang-format) ||
	skip "clang-format is not installed"
"$tool" --version | grep -q 'version 14\.' ||
	skip "$("$tool" --version); other versions than 14 format differently"

sources sim include tests tools -- '*.c' '*.h' | mapfile -t files
if [ "${2-}" = --fix ]; then
	exec "$tool" -i "${files[@]}"
fi
"$tool" --dry-run -Werror "${files[@]}" 2>&1 |
sed -nE 's/^([^:]+):[0-9]+:.*\[-Wclang-format-violations\]$/\1/p' | uniq -c |
while read -r places file; do
	report "$file: not formatted in $places places"
done
[ "${PIPESTATUS[0]}" = 0 ] || [ "$found" != 0 ] || report "$tool failed"
finish
