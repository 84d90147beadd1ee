#pragma once
// What was found for a layer, as text that is exact to the bit and tells whether it is whole. Inside
// the mapper only.

#include <optional>
#include <string>

#include "sw/mapper/certificate.h"

namespace uvea::mapper {

/// `key`: what it is found under.
std::string to_entry(const std::string& key, const Found& found);

/// Nothing when the text is not what to_entry() gave for that key: another key's, cut off, changed in
/// any place, of another form.
std::optional<Found> from_entry(const std::string& key, const std::string& entry);

}  // namespace uvea::mapper
