#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# symbols.sh ROOT COMPILER LIBRARY: the functions that the public headers declare, those
# in sim/gupsim.map and the symbols that LIBRARY exports are the same.
. "$(dirname "$0")/lib.sh"

compiler=$2 library=$3
"$compiler" --version | grep -qi 'free software foundation' ||
	skip "the declarations are listed by gcc's -aux-info, which $compiler lacks"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

(cd include && find gupsim -maxdepth 1 -name '*.h' &&
	cd gupsim/kernel && find linux -name '*.h') | sed 's/.*/#include <&>/' >"$work/all.c"
"$compiler" -fsyntax-only -aux-info "$work/aux" -I include -I include/gupsim/kernel \
	"$work/all.c" || report "the public headers do not compile together"
sed -nE 's,^/\* include/[^*]*\*/ extern [^(]*[ *]([A-Za-z_0-9]+) \(.*,\1,p' "$work/aux" |
	LC_ALL=C sort -u >"$work/declared"
[ -s "$work/declared" ] || report "the public headers declare nothing"

sed -nE '/^global:/,/^local:/s/^\t([A-Za-z_0-9]+);$/\1/p' sim/gupsim.map |
	LC_ALL=C sort >"$work/mapped"
nm -D --defined-only "$library" >"$work/nm" || report "$library: nm failed"
awk '$2 == "T" { sub(/@.*/, "", $3); print $3 }' "$work/nm" | LC_ALL=C sort >"$work/exported"

# only FIRST SECOND MESSAGE: a name that FIRST has and SECOND lacks is reported.
only() {
	LC_ALL=C comm -23 "$work/$1" "$work/$2" | while read -r name; do
		report "$name: $3"
	done
}

only declared mapped "declared in a public header, missing in sim/gupsim.map"
only mapped declared "in sim/gupsim.map, declared in no public header"
only mapped exported "in sim/gupsim.map, not defined in the library"
only exported mapped "exported, missing in sim/gupsim.map"
awk '$2 !~ /^[TA]$/ { sub(/@.*/, "", $3); print $3 }' "$work/nm" | while read -r name; do
	report "$name: exported, and no function"
done
finish
