#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# replay.sh GUPSIM WORK SERIES: hold the model against what a kernel has answered once.
set -eu
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../../tools/lib.sh"
. "$top/tools/kernel/packages.sh"
. "$top/tools/kernel/compare.sh"
. "$top/tools/kernel/record.sh"

# What stands in the table on top of docs/fidelity.md: fixtures that hold, and others.
documented() {
	awk -F ' *[|] *' -v kernel="$(upstream)" \
		'$2 == kernel { print $4 " passed, " $5 " skipped" }' "$top/docs/fidelity.md"
}

gupsim=$1
replay_work=$2
told=$(replay_on "$3") && status=0 || status=$?
echo "$told"
pin "$3"
[ -n "$cma" ] || grep -qxF "$3 fixtures: $(documented)" <<<"$told" || {
	echo "docs/fidelity.md says $(documented)"
	status=1
}
exit $status
