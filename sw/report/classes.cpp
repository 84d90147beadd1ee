#include "sw/report/classes.h"

#include <fmt/format.h>

#include <algorithm>

namespace uvea::report {

bool is_classification(const nn::Tensor& output) {
  return output.shape.h() == 1 && output.shape.w() == 1 && output.shape.c() >= 2 &&
         output.bytes.size() == output.shape.elements();
}

std::vector<int> classes_found(const nn::Tensor& output) {
  std::vector<int> found;
  for (int n = 0; n < output.shape.n(); ++n) {
    int best = 0;
    for (int c = 1; c < output.shape.c(); ++c) {
      if (output.code(output.index(n, 0, 0, c)) > output.code(output.index(n, 0, 0, best)))
        best = c;
    }
    found.push_back(best);
  }
  return found;
}

std::string class_table(const std::vector<int>& found, const ClassNames& names) {
  const auto class_name = [&names](int c) {
    const auto i = static_cast<std::size_t>(c);
    return c >= 0 && i < names.classes.size() ? fmt::format("{} {}", c, names.classes[i])
                                              : fmt::format("{}", c);
  };
  std::size_t image_width = 5;
  std::size_t class_width = 5;
  for (std::size_t i = 0; i < found.size(); ++i) {
    class_width = std::max(class_width, class_name(found[i]).size());
    if (i < names.images.size()) image_width = std::max(image_width, names.images[i].size());
  }
  const bool labelled = !names.labels.empty();
  std::string text = fmt::format(
      "{:<{}}  {}\n", "image", image_width,
      labelled ? fmt::format("{:<{}}  label", "class", class_width) : std::string("class"));
  std::size_t right = 0;
  std::size_t known = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const std::string image = i < names.images.size() ? names.images[i] : std::to_string(i + 1);
    std::string line =
        fmt::format("{:<{}}  {:<{}}", image, image_width, class_name(found[i]), class_width);
    if (i < names.labels.size()) {
      const bool same = names.labels[i] == found[i];
      ++known;
      right += same ? 1 : 0;
      line += "  " + class_name(names.labels[i]) + (same ? "" : "  <- differs");
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  if (labelled) text += fmt::format("{} of {} images classified as labelled\n", right, known);
  return text;
}

}  // namespace uvea::report
