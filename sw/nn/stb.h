#pragma once
// stb_image of libstb-dev: PNG, JPEG and BMP from memory only. stb.cpp holds its code.

#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_ONLY_BMP
#define STBI_NO_STDIO
#include <stb/stb_image.h>
