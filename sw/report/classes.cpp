#include "sw/report/classes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace uvea::report {
namespace {

std::string class_name(const ClassNames& names, int c) {
  const auto i = static_cast<std::size_t>(c);
  return c >= 0 && i < names.classes.size() ? fmt::format("{} {}", c, names.classes[i])
                                            : fmt::format("{}", c);
}

std::string image_name(const ClassNames& names, std::size_t image) {
  return image < names.images.size() ? names.images[image] : std::to_string(image + 1);
}

/// The real value of an element.
double score(const nn::Tensor& output, std::size_t i) {
  if (output.type == nn::ElementType::code8) return output.quant.scale * output.value(i);
  float real = 0;
  std::memcpy(&real, &output.bytes[i * sizeof real], sizeof real);
  return static_cast<double>(real);
}

}  // namespace

bool is_classification(const nn::Tensor& output) {
  return output.shape.h() == 1 && output.shape.w() == 1 && output.shape.c() >= 2 &&
         (output.type == nn::ElementType::code8 || output.type == nn::ElementType::float32) &&
         output.bytes.size() == output.expected_bytes();
}

std::vector<int> classes_found(const nn::Tensor& output) {
  std::vector<int> found;
  for (int n = 0; n < output.shape.n(); ++n) {
    int best = 0;
    for (int c = 1; c < output.shape.c(); ++c) {
      if (score(output, output.index(n, 0, 0, c)) > score(output, output.index(n, 0, 0, best)))
        best = c;
    }
    found.push_back(best);
  }
  return found;
}

std::vector<std::vector<ClassScore>> best_classes(const nn::Tensor& output, std::size_t most) {
  std::vector<std::vector<ClassScore>> best;
  for (int n = 0; n < output.shape.n(); ++n) {
    std::vector<ClassScore> scores;
    for (int c = 0; c < output.shape.c(); ++c)
      scores.push_back({c, score(output, output.index(n, 0, 0, c))});
    std::stable_sort(scores.begin(), scores.end(),
                     [](const ClassScore& a, const ClassScore& b) { return a.score > b.score; });
    scores.resize(std::min(most, scores.size()));
    best.push_back(std::move(scores));
  }
  return best;
}

std::string best_table(const std::vector<std::vector<ClassScore>>& best, const ClassNames& names) {
  std::size_t image_width = 5, class_width = 5;
  for (std::size_t i = 0; i < best.size(); ++i) {
    image_width = std::max(image_width, image_name(names, i).size());
    for (const ClassScore& found : best[i])
      class_width = std::max(class_width, class_name(names, found.index).size());
  }
  std::string text =
      fmt::format("{:<{}}  {:<{}}  score\n", "image", image_width, "class", class_width);
  for (std::size_t i = 0; i < best.size(); ++i) {
    std::string image = image_name(names, i);
    for (const ClassScore& found : best[i]) {
      text += fmt::format("{:<{}}  {:<{}}  {:.4g}\n", image, image_width,
                          class_name(names, found.index), class_width, found.score);
      image.clear();
    }
  }
  return text;
}

std::string class_table(const std::vector<int>& found, const ClassNames& names) {
  std::size_t image_width = 5;
  std::size_t class_width = 5;
  for (std::size_t i = 0; i < found.size(); ++i) {
    class_width = std::max(class_width, class_name(names, found[i]).size());
    if (i < names.images.size()) image_width = std::max(image_width, names.images[i].size());
  }
  const bool labelled = !names.labels.empty();
  std::string text = fmt::format(
      "{:<{}}  {}\n", "image", image_width,
      labelled ? fmt::format("{:<{}}  label", "class", class_width) : std::string("class"));
  std::size_t right = 0;
  std::size_t known = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const std::string image = image_name(names, i);
    std::string line =
        fmt::format("{:<{}}  {:<{}}", image, image_width, class_name(names, found[i]), class_width);
    if (i < names.labels.size()) {
      const bool same = names.labels[i] == found[i];
      ++known;
      right += same ? 1 : 0;
      line += "  " + class_name(names, names.labels[i]) + (same ? "" : "  <- differs");
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  if (labelled) text += fmt::format("{} of {} images classified as labelled\n", right, known);
  return text;
}

}  // namespace uvea::report
