# SPDX-License-Identifier: GPL-2.0-or-later
# gupsim_warnings(TARGET...): the warnings that our own code is held to.

function(gupsim_warnings)
  foreach(_target IN LISTS ARGN)
    target_compile_options(${_target} PRIVATE
      -Wall -Wextra
      -Wformat=2 -Wimplicit-fallthrough -Wmissing-prototypes -Wold-style-definition
      -Wpointer-arith -Wshadow -Wstrict-prototypes -Wundef -Wvla -Wwrite-strings
      # As in kernel builds: no compiler makes sense of what these let through.
      -Werror=implicit-function-declaration -Werror=int-conversion
      -Wno-unused-parameter) # a vm_op or a verb need not use all it is given
  endforeach()
endfunction()
