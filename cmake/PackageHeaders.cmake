# Headers as others include them: <uvea/hw/chip.h> for hw/chip.h, <uvea/nn/layer.h> for
# sw/nn/layer.h, <uvea/config/chip_file.h> for tb/config/chip_file.h.
cmake_policy(VERSION 3.25)  # installing runs this by itself

# uvea_public_path(RESULT path): the place below <uvea/...> of a header of the source tree.
function(uvea_public_path result path)
  string(REGEX REPLACE "^(sw|tb)/" "" path ${path})
  set(${result} ${path} PARENT_SCOPE)
endfunction()

# uvea_headers(RESULT source_folder folders...): headers below the folders, by their paths in the
# source tree. Left out are those that include a library which ours keep to themselves.
function(uvea_headers result source)
  set(headers)
  foreach(folder ${ARGN})
    file(GLOB_RECURSE found RELATIVE ${source} ${source}/${folder}/*.h)
    foreach(header ${found})
      file(STRINGS ${source}/${header} hidden REGEX "^#include <(yaml-cpp|png|jpeglib|libexif|google|boost)")
      if(NOT hidden)
        list(APPEND headers ${header})
      endif()
    endforeach()
  endforeach()
  list(REMOVE_DUPLICATES headers)
  set(${result} ${headers} PARENT_SCOPE)
endfunction()

# uvea_write_public_headers(source_folder include_folder headers...): copies that include each other
# as <uvea/...> does, so that no folder of a common name is on anybody's include path.
function(uvea_write_public_headers source include)
  set(written)
  foreach(header ${ARGN})
    uvea_public_path(path ${header})
    if(path IN_LIST written)
      message(FATAL_ERROR "${source}/${header}: <uvea/${path}> is another header already")
    endif()
    list(APPEND written ${path})
    file(READ ${source}/${header} text)
    string(REGEX REPLACE "(#include \")(hw|tlm)/" "\\1uvea/\\2/" text "${text}")
    string(REGEX REPLACE "(#include \")(sw|tb)/" "\\1uvea/" text "${text}")
    file(WRITE ${include}/uvea/${path} "${text}")
  endforeach()
endfunction()
