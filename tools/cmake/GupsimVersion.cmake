# SPDX-License-Identifier: GPL-2.0-or-later
# GUPSIM_VERSION, as include/gupsim/version.h has it: the one place where it stands.

set(_header "${CMAKE_CURRENT_LIST_DIR}/../../include/gupsim/version.h")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${_header}")

set(GUPSIM_VERSION "")
foreach(_part IN ITEMS MAJOR MINOR PATCH)
  file(STRINGS "${_header}" _line REGEX "^#define GUPSIM_VERSION_${_part} [0-9]+$")
  if(NOT _line MATCHES " ([0-9]+)$")
    message(FATAL_ERROR "include/gupsim/version.h does not define GUPSIM_VERSION_${_part}")
  endif()
  list(APPEND GUPSIM_VERSION "${CMAKE_MATCH_1}")
endforeach()
list(JOIN GUPSIM_VERSION "." GUPSIM_VERSION)
