#pragma once
// Standard output that does not lose anything unseen.

#include <string>

namespace uvea::tb {

/// Prints the text; throws as flush_output() does.
void print_text(const std::string& text);

/// Throws UserError when something that was printed cannot be written: a full disk, a reader that
/// is gone.
void flush_output();

}  // namespace uvea::tb
