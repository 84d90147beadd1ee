# Warnings are those of our own targets: set by folder, they reach nobody who links one.
add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion)
if(UVEA_WERROR)
  add_compile_options(-Werror)
endif()

# uvea_options: what our own code and whoever links it are compiled with.
add_library(uvea_options INTERFACE)
target_include_directories(uvea_options INTERFACE $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>)
target_compile_features(uvea_options INTERFACE cxx_std_17)
if(UVEA_SANITIZE)
  target_compile_options(uvea_options INTERFACE -fsanitize=address,undefined
                                                -fno-sanitize-recover=all -fno-omit-frame-pointer)
  # GCC 12 takes moves within the standard library's <regex> for uninitialized once they are
  # instrumented. The sanitizers are not needed to see this warning: other builds keep it.
  target_compile_options(uvea_options INTERFACE -Wno-maybe-uninitialized)
  target_link_options(uvea_options INTERFACE -fsanitize=address,undefined)
endif()

# uvea_systemc: SystemC; as of any imported target, its headers are the system's and their warnings not ours.
add_library(uvea_systemc INTERFACE)
target_link_libraries(uvea_systemc INTERFACE PkgConfig::SYSTEMC)
# Needed by the simple sockets' dynamic processes.
target_compile_definitions(uvea_systemc INTERFACE SC_INCLUDE_DYNAMIC_PROCESSES)

# uvea_test(NAME SOURCES sources... LIBS libs... [LABELS labels...]): one test program; each TEST runs in its own process,
# because a SystemC kernel can be elaborated only once per process. A test of label asan or fuzz is also
# one of sanitized_tests, which is what the preset sanitize builds. A test that links GTest's main is plain C++, one that
# does not has it from uvea_testing, with SystemC: which headers it finds precompiled.
function(uvea_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE uvea_options ${ARG_LIBS} GTest::gtest)
  if("GTest::gtest_main" IN_LIST ARG_LIBS)
    target_precompile_headers(${name} REUSE_FROM uvea_plain_testing)
  else()
    target_precompile_headers(${name} REUSE_FROM uvea_testing)
  endif()
  if("asan" IN_LIST ARG_LABELS OR "fuzz" IN_LIST ARG_LABELS)
    if(NOT TARGET sanitized_tests)
      add_custom_target(sanitized_tests)
    endif()
    add_dependencies(sanitized_tests ${name})
  endif()
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 900 LABELS "${ARG_LABELS}")
endfunction()
