#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Each commit that the rule table cites has a row in docs/commits.md, each row there names
# a commit once, in full twelve digits, with a release and a title.
. "$(dirname "$0")/lib.sh"

row='^\| [0-9a-f]{12} \| v[0-9]+\.[0-9]+ \| [^|]+ \|$'

rows() {
	grep -E "$row" docs/commits.md | cut -c3-14
}

grep -E '^\|' docs/commits.md | tail -n +3 | grep -vE "$row" | while read -r line; do
	report "docs/commits.md: not \`| twelve digits | release | title |\`: $line"
done

rows | sort | uniq -d | while read -r commit; do
	report "docs/commits.md: two rows for $commit"
done

cited=$(grep -oE '"[0-9a-f]{7,40}"' sim/base/release.c | tr -d '"' | sort -u)
[ -n "$cited" ] || report "sim/base/release.c: cites no commit at all"
for commit in $cited; do
	rows | grep -qx "$commit" ||
		report "sim/base/release.c: $commit has no row in docs/commits.md"
done
finish
