#pragma once
// Which mapper this is. Inside the mapper only.

namespace uvea::mapper {

/// 64 hexadecimal digits of the text of the mapper and of what it is made of, and of the compiler and
/// its options; make_fingerprint.cmake writes them when one of these changes.
extern const char* const kFingerprint;

}  // namespace uvea::mapper
