#include "hw/block/wait.h"

namespace uvea::hw {

std::string in_words(const Wait& wait) {
  std::string words = wait.cause;
  if (!wait.peer.empty()) words += " from " + wait.peer;
  if (wait.since > 0) words += " since cycle " + std::to_string(wait.since);
  return words;
}

}  // namespace uvea::hw
