#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# replay.sh GUPSIM WORK SERIES: hold the model against what a kernel has answered once.
set -eu
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../../tools/lib.sh"
. "$top/tools/kernel/packages.sh"
. "$top/tools/kernel/compare.sh"
. "$top/tools/kernel/record.sh"

gupsim=$1
replay_work=$2
replay_on "$3"
