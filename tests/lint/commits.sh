#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Each commit that the rule table cites has a row in docs/commits.md, each row there names
# a commit once, in full twelve digits, with a release and a title, and is cited. Rows stand
# in the order of releases, which are those that the table names.
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

rows | grep -vxF "$cited" | while read -r commit; do
	report "docs/commits.md: nothing in sim/base/release.c cites $commit"
done

grep -oE '"[0-9a-f]{12}", "v[0-9.]+"' sim/base/release.c | tr -d '",' | sort -u |
	while read -r commit release; do
		grep -q "^| $commit | $release |" docs/commits.md ||
			report "sim/base/release.c: $commit is of $release, in docs/commits.md of another"
	done

releases() {
	grep -E "$row" docs/commits.md | cut -d '|' -f 3
}
[ "$(releases)" = "$(releases | sort -V)" ] ||
	report "docs/commits.md: rows are not in the order of releases"
finish
