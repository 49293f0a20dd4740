# SPDX-License-Identifier: GPL-2.0-or-later
# What `cmake --install` puts where. The kernel headers stay below include/gupsim/kernel:
# in include/linux they would take the place of those that libc needs.

include(CMakePackageConfigHelpers)

set(_package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/gupsim")
set(_pc_dir "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
set(_generated "${CMAKE_CURRENT_BINARY_DIR}/package")

file(RELATIVE_PATH _bin_to_lib "/${CMAKE_INSTALL_BINDIR}" "/${CMAKE_INSTALL_LIBDIR}")
set_target_properties(gupsim-command PROPERTIES INSTALL_RPATH "$ORIGIN/${_bin_to_lib}")

install(TARGETS gupsim gupsim-kernel gupsim-command EXPORT gupsim-targets)
install(DIRECTORY include/gupsim TYPE INCLUDE FILES_MATCHING PATTERN "*.h")

install(EXPORT gupsim-targets NAMESPACE gupsim:: DESTINATION "${_package_dir}")
configure_package_config_file(tools/cmake/gupsim-config.cmake.in
  "${_generated}/gupsim-config.cmake" INSTALL_DESTINATION "${_package_dir}")
write_basic_package_version_file("${_generated}/gupsim-config-version.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES
  "${_generated}/gupsim-config.cmake"
  "${_generated}/gupsim-config-version.cmake"
  tools/cmake/GupsimFixtures.cmake
  DESTINATION "${_package_dir}")

file(RELATIVE_PATH GUPSIM_PC_TO_PREFIX "/${_pc_dir}" "/")
string(REGEX REPLACE "/$" "" GUPSIM_PC_TO_PREFIX "${GUPSIM_PC_TO_PREFIX}")
foreach(_pc IN ITEMS gupsim gupsim-kernel)
  configure_file(tools/cmake/${_pc}.pc.in "${_generated}/${_pc}.pc" @ONLY)
  install(FILES "${_generated}/${_pc}.pc" DESTINATION "${_pc_dir}")
endforeach()

install(FILES LICENSE README.md TYPE DOC)
install(DIRECTORY docs/ TYPE DOC FILES_MATCHING PATTERN "*.md")

set(CPACK_GENERATOR TGZ)
set(CPACK_PACKAGE_VENDOR "The libgupsim authors")
set(CPACK_PACKAGE_CONTACT "The libgupsim authors")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_RESOURCE_FILE_LICENSE "${CMAKE_CURRENT_SOURCE_DIR}/LICENSE")
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libc6, libbsd0")
include(CPack)
