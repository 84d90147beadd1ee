#pragma once
// The known name that is nearest to a mistyped one, for "did you mean".

#include <string>
#include <vector>

namespace uvea::tb {

/// Levenshtein distance: insertions, deletions and substitutions, one each.
std::size_t edit_distance(const std::string& a, const std::string& b);

/// The candidate at the smallest edit distance (the first of equals), or an empty string when none
/// is near: more than a third of the longer name, and more than two edits, would have to change.
std::string near_name(const std::string& name, const std::vector<std::string>& candidates);

/// ", did you mean 'x'?" with the near names: all that hold the text given, when they are few, else
/// near_name(). Empty when there is none.
std::string did_you_mean(const std::string& name, const std::vector<std::string>& candidates);

}  // namespace uvea::tb
