#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Each source file names its licence on its first line, or after #!.
. "$(dirname "$0")/lib.sh"

sources sim include tests tools -- '*.c' '*.h' '*.sh' '*.cmake' '*.map' CMakeLists.txt |
while read -r file; do
	awk 'NR == 1 && /^#!/ { next }
	     { exit !/SPDX-License-Identifier: GPL-2\.0-or-later/ }' "$file" ||
		report "$file: no SPDX line on top"
done
finish
