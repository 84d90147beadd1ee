# What others build with: a target uvea::NAME for each library uvea_NAME that the roots need, headers
# <uvea/...>, and `cmake --install` with find_package(uvea), pkg-config, the program and its data.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
include(cmake/PackageHeaders.cmake)

# Libraries that are linked by name; what they need comes along.
set(roots tlm chip dram nn onnx csc mapper driver report config sim)
list(TRANSFORM roots PREPEND uvea_)

# uvea_needs(RESULT library): what a library is linked with.
function(uvea_needs result library)
  get_target_property(all ${library} LINK_LIBRARIES)
  get_target_property(interface ${library} INTERFACE_LINK_LIBRARIES)
  set(needs)
  foreach(need ${all} ${interface})
    string(REGEX REPLACE "^\\$<LINK_ONLY:(.*)>$" "\\1" need ${need})
    if(need AND NOT need IN_LIST needs)
      list(APPEND needs ${need})
    endif()
  endforeach()
  set(${result} ${needs} PARENT_SCOPE)
endfunction()

# uvea_order(RESULT libraries...): they and all that they need, each before what it needs.
function(uvea_order result)
  set(order)
  foreach(library ${ARGN})
    if(TARGET ${library} AND library MATCHES "^uvea_")
      uvea_needs(needs ${library})
      uvea_order(below ${needs})
      # What several need stands after the last of them.
      list(REMOVE_ITEM order ${below})
      list(APPEND order ${library} ${below})
    else()
      list(APPEND order ${library})
    endif()
    list(REVERSE order)
    list(REMOVE_DUPLICATES order)
    list(REVERSE order)
  endforeach()
  set(${result} ${order} PARENT_SCOPE)
endfunction()

uvea_order(everything ${roots})
set(libraries ${everything})
list(FILTER libraries INCLUDE REGEX "^uvea_")
set(outside ${everything})
list(FILTER outside EXCLUDE REGEX "^uvea_")

# What is not ours: the call that finds it for CMake, and for pkg-config a package or an option.
set(find_Boost::program_options "find_package(Boost QUIET COMPONENTS program_options)")
set(pc_Boost::program_options -lboost_program_options)
set(find_fmt::fmt "find_package(fmt QUIET)")
set(pc_fmt::fmt fmt)
set(find_nlohmann_json::nlohmann_json "find_package(nlohmann_json QUIET)")
set(pc_nlohmann_json::nlohmann_json nlohmann_json)
set(find_JPEG::JPEG "find_package(JPEG QUIET)")
set(pc_JPEG::JPEG libjpeg)
set(find_PNG::PNG "find_package(PNG QUIET)")
set(pc_PNG::PNG libpng)
set(find_protobuf::libprotobuf-lite "find_package(Protobuf QUIET)")
set(pc_protobuf::libprotobuf-lite protobuf-lite)
foreach(package SYSTEMC=systemc EXIF=libexif YAML=yaml-cpp)
  string(REPLACE "=" ";" package ${package})
  list(GET package 0 prefix)
  list(GET package 1 name)
  set(find_PkgConfig::${prefix} "pkg_check_modules(${prefix} QUIET IMPORTED_TARGET ${name})")
  set(pc_PkgConfig::${prefix} ${name})
endforeach()

set(pc_requires)
set(pc_libs)
set(find_dependencies)
foreach(package ${outside})
  if(NOT DEFINED find_${package})
    message(FATAL_ERROR "cmake/Package.cmake does not say how others find ${package}")
  endif()
  string(APPEND find_dependencies
         "if(${package} IN_LIST uvea_needs AND NOT TARGET ${package})\n  ${find_${package}}\nendif()\n")
  if(pc_${package} MATCHES "^-l")
    list(APPEND pc_libs ${pc_${package}})
  else()
    list(APPEND pc_requires ${pc_${package}})
  endif()
endforeach()

set(component_needs)
set(names)
foreach(library ${libraries})
  string(REGEX REPLACE "^uvea_" "" name ${library})
  list(APPEND names ${name})
  add_library(uvea::${name} ALIAS ${library})
  set_target_properties(${library} PROPERTIES EXPORT_NAME ${name})
  uvea_order(needs ${library})
  list(FILTER needs EXCLUDE REGEX "^uvea_")
  string(APPEND component_needs "set(uvea_${name}_needs ${needs})\n")
  get_target_property(type ${library} TYPE)
  if(type STREQUAL "STATIC_LIBRARY")
    list(APPEND archives -l${library})
  endif()
endforeach()

set(header_folders tlm hw sw)
foreach(library ${libraries})
  get_target_property(folder ${library} SOURCE_DIR)
  cmake_path(RELATIVE_PATH folder BASE_DIRECTORY ${PROJECT_SOURCE_DIR})
  if(folder MATCHES "^tb/")
    list(APPEND header_folders ${folder})
  endif()
endforeach()
list(REMOVE_DUPLICATES header_folders)

# An outer project includes <uvea/...> without an installation: these lead to the source tree.
if(NOT PROJECT_IS_TOP_LEVEL)
  uvea_headers(headers ${PROJECT_SOURCE_DIR} ${header_folders})
  foreach(header ${headers})
    uvea_public_path(path ${header})
    file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/include/uvea/${path}
         CONTENT "#include \"${PROJECT_SOURCE_DIR}/${header}\"\n" @ONLY)
  endforeach()
  target_include_directories(uvea_options INTERFACE $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>)
endif()
if(NOT UVEA_INSTALL)
  return()
endif()

install(TARGETS ${libraries} EXPORT uvea
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
list(JOIN names " " names)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/uvea)
install(EXPORT uvea NAMESPACE uvea:: FILE uveaTargets.cmake DESTINATION ${package_folder})
set(data_folder ${CMAKE_INSTALL_DATADIR}/uvea)
configure_package_config_file(cmake/uveaConfig.cmake.in ${PROJECT_BINARY_DIR}/uveaConfig.cmake
                              INSTALL_DESTINATION ${package_folder} PATH_VARS data_folder)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/uveaConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/uveaConfig.cmake ${PROJECT_BINARY_DIR}/uveaConfigVersion.cmake
        DESTINATION ${package_folder})

# The headers are written anew at each installation, as the source tree then is.
set(public_headers ${PROJECT_BINARY_DIR}/public_headers)
install(CODE "
  include(\"${PROJECT_SOURCE_DIR}/cmake/PackageHeaders.cmake\")
  file(REMOVE_RECURSE \"${public_headers}\")
  uvea_headers(headers \"${PROJECT_SOURCE_DIR}\" ${header_folders})
  uvea_write_public_headers(\"${PROJECT_SOURCE_DIR}\" \"${public_headers}\" \${headers})")
install(DIRECTORY ${public_headers}/uvea DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})

list(JOIN archives " " pc_archives)
list(JOIN pc_libs " " pc_libs)
list(JOIN pc_requires " " pc_requires)
cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX BASE_DIRECTORY ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig
           OUTPUT_VARIABLE pc_prefix)
configure_file(cmake/uvea.pc.in ${PROJECT_BINARY_DIR}/uvea.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/uvea.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

install(TARGETS uvea RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY configs DESTINATION ${data_folder})
# What RTL of sizes that are not built in is made from, below the same folders as in the source tree.
install(DIRECTORY rtl/pe DESTINATION ${data_folder}/rtl)
install(DIRECTORY tb/cosim/rtl DESTINATION ${data_folder}/tb/cosim
        FILES_MATCHING PATTERN "*.h" PATTERN "*.vlt" PATTERN "rtl_shim.cpp")
