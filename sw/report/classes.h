#pragma once
// What a classifier said: the class of each image of a batch, against the labels where known.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "sw/nn/tensor.h"

namespace uvea::report {

/// A final tensor of this kind holds one score per class and image.
bool is_classification(const nn::Tensor& output);

/// The class with the highest value per image; the lowest index of equals.
std::vector<int> classes_found(const nn::Tensor& output);

struct ClassNames {
  std::vector<std::string> images;   ///< per image; may be short
  std::vector<std::string> classes;  ///< per class; may be short
  std::vector<int> labels;           ///< per image; may be short
};

struct ClassScore {
  int index = 0;
  double score = 0;  ///< real
};

/// The `most` classes with the highest values per image (all when there are fewer), best first; the
/// lower index of equals first.
std::vector<std::vector<ClassScore>> best_classes(const nn::Tensor& output, std::size_t most);

/// A line per class of each image, with its score.
std::string best_table(const std::vector<std::vector<ClassScore>>& best, const ClassNames& names);

/// One line per image, and the count of right ones when there are labels.
std::string class_table(const std::vector<int>& found, const ClassNames& names);

}  // namespace uvea::report
