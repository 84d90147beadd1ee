# Writes OUTPUT, the definition of kFingerprint (fingerprint.h): SHA-256 of FILES (separated by commas, below SOURCE)
# and of COMPILER.
string(REPLACE "," ";" files "${FILES}")
set(all "${COMPILER}\n")
foreach(name IN LISTS files)
  file(SHA256 ${SOURCE}/${name} sum)
  string(APPEND all "${sum} ${name}\n")
endforeach()
string(SHA256 fingerprint "${all}")
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT [[// Made by make_fingerprint.cmake.
#include "sw/mapper/fingerprint.h"

namespace uvea::mapper {

const char* const kFingerprint = "@fingerprint@";

}  // namespace uvea::mapper
]] @ONLY)
