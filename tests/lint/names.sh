#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Each function of the kernel's that docs/fidelity.md says is modelled occurs in sim/ as a
# word: whoever looks for a decision by its kernel name finds it.
. "$(dirname "$0")/lib.sh"

names() {
	grep -E '^\| [^|]+ \| (faithful|simplified) \|' docs/fidelity.md | cut -d '|' -f 2 |
		sed 's/`[^`]*`//g' | grep -ow '_*[a-z0-9]\+\(_[a-z0-9]\+\)\+' | sort -u
}

[ -n "$(names)" ] || report "docs/fidelity.md: names no function"
sources sim -- '*.c' '*.h' | xargs grep -ohw '[a-z0-9_]\+' | sort -u |
	comm -13 - <(names) | while read -r name; do
	report "docs/fidelity.md: $name is nowhere in sim/"
done
finish
