#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# headers.sh ROOT c11|c++11|c++17 [COMPILER]: each public header compiles alone and without
# a warning; the kernel's also with libc's headers, and all of them with the C++ library's,
# before and after.
. "$(dirname "$0")/lib.sh"

standard=$2
case $standard in
c++*) language=c++ compiler=${3:-$(command -v g++)} || skip "g++ is not installed" ;;
*) language=c compiler=${3:-gcc} ;;
esac

# compile WHAT NAME FLAG...: stdin has the includes.
compile() {
	local what=$1 name=$2 said

	shift 2
	said=$({ cat && echo 'typedef int not_empty;'; } |
		"$compiler" -x "$language" "-std=$standard" -fsyntax-only \
			-Wall -Wextra -Wundef -Werror -I include "$@" - 2>&1) ||
		report "$name, $what:"$'\n'"$said"
}

include() {
	printf '#include <%s>\n' "$@"
}

libc=(assert.h errno.h fcntl.h inttypes.h limits.h poll.h pthread.h sched.h signal.h
	stdint.h stdio.h stdlib.h string.h sys/ioctl.h sys/mman.h sys/resource.h
	sys/socket.h sys/stat.h sys/types.h sys/uio.h sys/wait.h time.h unistd.h
	linux/fs.h linux/mman.h linux/types.h linux/userfaultfd.h)

(cd include && find gupsim -maxdepth 1 -name '*.h' | sort) | while read -r header; do
	include "$header" | compile alone "$header" -pedantic
done

# #include_next, which these need, is not ISO C: no -pedantic here.
kernel=(-I include/gupsim/kernel)
(cd include/gupsim/kernel && find linux -name '*.h' | sort) | while read -r header; do
	include "$header" | compile alone "$header" "${kernel[@]}"
	include "$header" "${libc[@]}" | compile "libc after it" "$header" "${kernel[@]}"
	include "${libc[@]}" "$header" | compile "libc before it" "$header" "${kernel[@]}"
done
if [ $language = c++ ]; then
	# Members of these have names that a kernel's macros would take.
	library=(algorithm atomic chrono functional iterator map memory random sstream string
		thread utility vector)
	(cd include/gupsim/kernel && find linux -name '*.h' | sort) | mapfile -t headers
	include "${headers[@]}" "${library[@]}" |
		compile "the C++ library after them" "the kernel headers" "${kernel[@]}"
	include "${library[@]}" "${headers[@]}" |
		compile "the C++ library before them" "the kernel headers" "${kernel[@]}"
fi

# Each release of the rule table, and those between where declarations change.
(cd include/gupsim/kernel && find linux -name '*.h' | sort) | mapfile -t headers
for version in 5,5,0 5,6,0 5,7,0 5,8,0 5,9,0 5,10,0 5,10,223 5,13,0 5,15,0 5,16,0 5,18,0 6,0,0 \
	6,1,0 6,1,192 6,2,0 6,3,0 6,4,0 6,5,0 6,9,0 6,12,0; do
	include gupsim/gupsim.h "${headers[@]}" |
		compile "release $version" "the kernel headers" "${kernel[@]}" \
			"-DGUPSIM_LINUX_VERSION=KERNEL_VERSION($version)"
done
finish
