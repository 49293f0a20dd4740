# SPDX-License-Identifier: GPL-2.0-or-later
#[[
gupsim_add_fixtures(DIR [KERNELS RELEASE...])

Make a test of each .gup file below DIR, named by its path without the extension and
labelled `fixture`. DIR is taken from the current source folder. Without KERNELS a fixture
runs on the releases that it names itself; with it, on those of them that are listed. A
fixture that runs on none of them is shown as skipped.

Call enable_testing() in the top CMakeLists.txt before.
]]
function(gupsim_add_fixtures dir)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "KERNELS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "gupsim_add_fixtures: unknown argument ${arg_UNPARSED_ARGUMENTS}")
  endif()

  cmake_path(ABSOLUTE_PATH dir BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}" NORMALIZE
             OUTPUT_VARIABLE top)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS "${top}/*.gup")
  if(NOT files)
    message(FATAL_ERROR "gupsim_add_fixtures: no .gup file below ${top}")
  endif()

  set(kernels "")
  foreach(kernel IN LISTS arg_KERNELS)
    list(APPEND kernels --kernel "${kernel}")
  endforeach()

  cmake_path(IS_PREFIX CMAKE_CURRENT_SOURCE_DIR "${top}" NORMALIZE below)
  if(below)
    set(base "${CMAKE_CURRENT_SOURCE_DIR}")
  else()
    cmake_path(GET top PARENT_PATH base)
  endif()

  foreach(file IN LISTS files)
    # Such a list is cut at each semicolon, but not between [ and ].
    if(NOT EXISTS "${file}" OR NOT file MATCHES "^/.*\\.gup$" OR file MATCHES "\\$<")
      message(FATAL_ERROR
        "gupsim_add_fixtures: rename ${file}: ; [ ] and \$< are CMake's own in a list of names")
    endif()
    cmake_path(RELATIVE_PATH file BASE_DIRECTORY "${base}" OUTPUT_VARIABLE name)
    cmake_path(REMOVE_EXTENSION name LAST_ONLY)
    add_test(NAME "${name}" COMMAND "$<TARGET_FILE:gupsim::command>" run ${kernels} "${file}")
    set_tests_properties("${name}" PROPERTIES LABELS fixture TIMEOUT 60
                         SKIP_REGULAR_EXPRESSION "^skipped |\nskipped ")
  endforeach()
endfunction()
