#include "tb/tests/outside/grey_png.h"

#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_PNG
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#include <stb/stb_image.h>
#pragma GCC diagnostic pop

#include <memory>
#include <stdexcept>

namespace uvea::tb {

std::vector<std::uint8_t> read_grey_png(const std::string& path, int height, int width) {
  int found_width = 0, found_height = 0, channels = 0;
  const std::unique_ptr<stbi_uc, void (*)(void*)> pixels(
      stbi_load(path.c_str(), &found_width, &found_height, &channels, 0), stbi_image_free);
  if (!pixels) throw std::runtime_error(path + ": " + stbi_failure_reason());
  if (found_width != width || found_height != height || channels != 1) {
    throw std::runtime_error(path + ": not a grey image of the expected size");
  }
  return {pixels.get(), pixels.get() + height * width};
}

}  // namespace uvea::tb
