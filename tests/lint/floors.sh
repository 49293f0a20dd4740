#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Floors: a folder of sim/ includes only from itself and from those before it, and nothing
# but sim/ sees uthash and libbsd.
. "$(dirname "$0")/lib.sh"

declare -A storey
for floor in base phys file mm vm fault gup machine scenario; do
	storey[$floor]=${#storey[@]}
done

sources sim -- '*.c' '*.h' | while read -r file; do
	floor=${file#sim/}
	floor=${floor%%/*}
	here=${storey[$floor]-}
	[ -n "$here" ] || { report "$file: lies on no floor" && continue; }
	sed -nE '/^[ \t]*#[ \t]*include[ \t]*"/{=;s/.*"(.*)".*/\1/p}' "$file" |
	paste -d : - - | while IFS=: read -r line target; do
		there=${storey[${target%%/*}]-}
		if [[ $target != */* || $target == *../* || -z $there ]]; then
			report "$file:$line: \"$target\" does not name a floor and a file on it"
		elif [ "$there" -gt "$here" ]; then
			report "$file:$line: $floor includes \"$target\" from a floor above it"
		fi
	done
done

grep -rnE '#[ \t]*include[ \t]*<(bsd/.*|sys/(queue|tree)\.h|ut[a-z]+\.h)>' include |
while read -r hit; do
	report "$hit: a library of sim/ in a public header"
done
finish
