#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# odd-names.sh CMAKE CTEST GENERATOR PREFIX FIXTURE SCRATCH: gupsim_add_fixtures() makes a
# test of whatever a file is called, or says which file it cannot make one of.
set -eu
cmake=$1 ctest=$2 generator=$3 prefix=$4 fixture=$5 scratch=$6

# configure NAME...: a project with fixtures of these names; what CMake says is in $said.
configure() {
	rm -rf "$scratch"
	mkdir -p "$scratch/stories"
	for name; do
		cp "$fixture" "$scratch/stories/$name.gup"
	done
	printf '%s\n' 'cmake_minimum_required(VERSION 3.25)' 'project(odd LANGUAGES NONE)' \
		'enable_testing()' 'find_package(gupsim REQUIRED)' \
		'gupsim_add_fixtures(stories)' >"$scratch/CMakeLists.txt"
	said=$("$cmake" -S "$scratch" -B "$scratch/build" -G "$generator" \
		"-DCMAKE_PREFIX_PATH=$prefix" 2>&1)
}

configure 'a b' '$x[1]' '(#)' 'a"b' '${HOME}' '@x@' '-r' 'ä' ||
	{ echo "$said" && exit 1; }
"$ctest" --test-dir "$scratch/build" --no-tests=error

for name in 'a;b' 'a.gup;b' '[' ']' '$<0:x>'; do
	if configure one "$name" two; then
		echo "$name: configured" && exit 1
	fi
	grep -qF 'gupsim_add_fixtures: rename' <<<"$said" ||
		{ echo "$name: $said" && exit 1; }
done
