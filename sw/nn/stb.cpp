#define STB_IMAGE_IMPLEMENTATION
#include "sw/nn/stb.h"
