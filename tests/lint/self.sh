#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# self.sh ROOT COMPILER: each check passes a small tree that is right, and finds the
# mistake when there is one.
scripts=$(cd "$(dirname "$0")" && pwd)
. "$scripts/lib.sh"

compiler=$2
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
spdx='/* SPDX-License-Identifier: GPL-2.0-or-later */'

# put FILE LINE...: the file holds these lines.
put() {
	mkdir -p "$tree/${1%/*}"
	printf '%s\n' "${@:2}" >"$tree/$1"
}

plant() {
	rm -rf "${tree:?}"/*
	put include/gupsim/a.h "$spdx" 'int gupsim_a(void);'
	put include/gupsim/kernel/linux/k.h "$spdx" 'void put_page(void);'
	put include/gupsim/kernel/linux/mm.h "$spdx" '#include <linux/k.h>'
	put include/gupsim/gupsim.h "$spdx" '#include <gupsim/a.h>'
	put sim/gupsim.map "$spdx" 'A {' 'global:' $'\tgupsim_a;' $'\tput_page;' 'local:' $'\t*;' '};'
	put sim/base/release.c "$spdx" 'const char *commit = "0123456789ab";'
	put sim/base/release_lookup.c "$spdx" '#include "base/release_table.h"'
	put sim/gup/walk.c "$spdx" '#include "base/base.h"'
	put docs/commits.md '| commit | release | title |' '|---|---|---|' \
		'| 0123456789ab | v5.6 | mm: a title |'
	put docs/fidelity.md '| function | kind | remarks |' '|---|---|---|' \
		'| put_page (v5.6 on) | faithful | |' '| do_swap_page | absent | |'
	put sim/gup/put.c "$spdx" '/* put_page() */'
	put src/lib.c 'int gupsim_a(void) { return 0; }' 'void put_page(void) {}' 'void inner(void) {}'
}

link() {
	"$compiler" -shared -fPIC -Wl,--version-script="$tree/sim/gupsim.map" \
		-o "$tree/lib.so" "$tree/src/lib.c"
}

# run SCRIPT: runs a check over the tree; its output is in $said.
run() {
	case $1 in
	headers) set -- headers c11 "$compiler" ;;
	headers-c++) set -- headers c++11 ;;
	symbols) link && set -- symbols "$compiler" "$tree/lib.so" ;;
	esac
	said=$(bash "$scripts/$1.sh" "$tree" "${@:2}" 2>&1)
}

# finds SCRIPT WORDS: the check fails, and its output has WORDS.
finds() {
	run "$1"
	if [ $? != 1 ] || [[ $said != *"$2"* ]]; then
		report "$1 does not find \"$2\"; it says: $said"
	fi
	plant
}

plant
for script in spdx floors releases commits names headers symbols; do
	run "$script" || report "$script finds something in a tree without mistakes: $said"
done

put sim/gup/walk.c 'int x;'
finds spdx sim/gup/walk.c

put sim/base/base.h "$spdx" '' '#include "gup/walk.h"'
finds floors 'sim/base/base.h:3: base includes "gup/walk.h"'
put sim/base/base.h "$spdx" '#include "base.h"'
finds floors '"base.h" does not name a floor'
put sim/attic/a.c "$spdx"
finds floors 'sim/attic/a.c: lies on no floor'
put include/gupsim/a.h "$spdx" '#include <sys/queue.h>'
finds floors include/gupsim/a.h:2

put sim/gup/walk.c "$spdx" 'int f(int release) { return release >= 6; }'
finds releases sim/gup/walk.c:2
put sim/gup/walk.c "$spdx" 'int f(int v) { return v > GUPSIM_KERNEL_VERSION(5, 6, 0); }'
finds releases sim/gup/walk.c:2
put sim/gup/walk.c "$spdx" '#include "base/release_table.h"'
finds releases sim/gup/walk.c:2

put sim/base/release.c "$spdx" 'const char *commit = "0123456789ac";'
finds commits '0123456789ac has no row'
put docs/commits.md '| commit | release | title |' '|---|---|---|' \
	'| 0123456789ab | v5.6 | mm: a |' '| 0123456789ac | v5.6 | mm: b |'
finds commits 'nothing in sim/base/release.c cites 0123456789ac'
put docs/commits.md '| commit | release | title |' '|---|---|---|' '| 0123456789ab | v5.6 |'
finds commits 'not `| twelve digits'
put sim/base/release.c "$spdx" '{"0123456789ab", "v5.6"}, {"0123456789ac", "v5.10"}'
put docs/commits.md '| commit | release | title |' '|---|---|---|' \
	'| 0123456789ac | v5.10 | mm: b |' '| 0123456789ab | v5.6 | mm: a |'
finds commits 'rows are not in the order of releases'
put sim/base/release.c "$spdx" '{"0123456789ab", "v5.6"}'
put docs/commits.md '| commit | release | title |' '|---|---|---|' \
	'| 0123456789ab | v5.7 | mm: a |'
finds commits '0123456789ab is of v5.6, in docs/commits.md of another'

put sim/gup/put.c "$spdx" '/* __put_page() */'
finds names 'put_page is nowhere in sim/'
put docs/fidelity.md '| do_swap_page | absent | |'
finds names 'names no function'

put include/gupsim/a.h "$spdx" 'size_t gupsim_a(void);'
finds headers gupsim/a.h
put include/gupsim/kernel/linux/k.h "$spdx" '#define st_size broken(' 'void put_page(void);'
finds headers 'linux/k.h, libc after it'
put include/gupsim/kernel/linux/k.h "$spdx" 'struct stat { int a; };' 'void put_page(void);'
finds headers 'linux/k.h, libc before it'

if command -v g++ >/dev/null; then
	run headers-c++ || report "headers-c++ finds something in such a tree: $said"
	put include/gupsim/kernel/linux/k.h "$spdx" '#define current broken()'
	finds headers-c++ 'the kernel headers, the C++ library after them'
fi

put include/gupsim/a.h "$spdx" 'int gupsim_a(void);' 'int gupsim_b(void);'
finds symbols 'gupsim_b: declared in a public header, missing'
put sim/gupsim.map 'A {' 'global:' $'\tgupsim_a;' $'\tput_page;' $'\tinner;' 'local:' $'\t*;' '};'
finds symbols 'inner: in sim/gupsim.map, declared in no public header'
put src/lib.c 'int gupsim_a(void) { return 0; }'
finds symbols 'put_page: in sim/gupsim.map, not defined'
put sim/gupsim.map 'A {' 'global:' $'\tgupsim_a;' $'\tput_page;' 'local:' $'\tx;' '};'
finds symbols 'inner: exported, missing'
put src/lib.c 'int gupsim_a;' 'void put_page(void) {}'
finds symbols 'gupsim_a: exported, and no function'
finish
