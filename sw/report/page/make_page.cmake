# cmake -DSOURCE= -DWORK= -DPAGE= -DTESTS= -P make_page.cmake
# Has npm bring the packages of package-lock.json into WORK/node_modules (those of the tests, too,
# with TESTS), unless they are there already, and makes PAGE. Without npm, or when npm cannot, it says
# so and leaves what there is.
cmake_minimum_required(VERSION 3.25)

find_program(npm npm)
find_program(node node)
if(NOT npm OR NOT node)
  message("uvea report has no page: npm is not there (scripts/setup installs it)")
  return()
endif()

set(omit)
if(NOT TESTS)
  set(omit --omit=dev)
endif()
file(SHA256 ${SOURCE}/package-lock.json wanted)
string(APPEND wanted "${omit}")
set(there)
if(EXISTS ${WORK}/installed)
  file(READ ${WORK}/installed there)
endif()
if(NOT there STREQUAL wanted)
  file(REMOVE ${WORK}/installed)
  file(COPY ${SOURCE}/package.json ${SOURCE}/package-lock.json DESTINATION ${WORK})
  execute_process(COMMAND ${npm} ci ${omit} --ignore-scripts --no-audit --no-fund --prefer-offline --fetch-retries=1
                          --loglevel=error
                  WORKING_DIRECTORY ${WORK} RESULT_VARIABLE result OUTPUT_VARIABLE said ERROR_VARIABLE said)
  if(NOT result EQUAL 0)
    string(REGEX MATCH "[^\n]*(reason|errno|code)[^\n]*" why "${said}")
    message("uvea report has no new page: npm cannot bring its packages (${why})")
    return()
  endif()
  file(WRITE ${WORK}/installed "${wanted}")
endif()

execute_process(COMMAND ${node} ${SOURCE}/build.mjs ${WORK}/node_modules ${PAGE} RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "the page of uvea report cannot be made: see above")
endif()
