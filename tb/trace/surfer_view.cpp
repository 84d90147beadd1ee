#include "tb/trace/surfer_view.h"

#include <fmt/format.h>

#include <cctype>

namespace uvea::trace {
namespace {

constexpr std::size_t kMostRows = 400;  // more are slow to be added
constexpr Cycle kAround = 400;          // cycles that are shown at a marker, or twice as many

const char* name_of(Colour colour) {
  switch (colour) {
    case Colour::normal:
      return "";
    case Colour::red:
      return "Red";
    case Colour::orange:
      return "Orange";
    case Colour::yellow:
      return "Yellow";
    case Colour::green:
      return "Green";
    case Colour::blue:
      return "Blue";
    case Colour::indigo:
      return "Gray";
    case Colour::violet:
      return "Violet";
  }
  return "";
}

/// How Surfer's commands call the n-th item: hexadecimal, in the letters a to p.
std::string letters(std::size_t n) {
  std::string text = fmt::format("{:x}", n);
  for (char& c : text) c = static_cast<char>(c <= '9' ? 'a' + (c - '0') : 'k' + (c - 'a'));
  return text;
}

/// The name of a divider is one word of letters, digits and underlines to the command: more is an error.
std::string word_of(const std::string& name) {
  std::string word;
  for (const char c : name) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0;
    if (plain || word.empty() || word.back() != '_') word += plain ? c : '_';
  }
  return word;
}

/// How a row is shown; empty for Surfer's own choice, which is by name where the waveform has names.
std::string format_of(const ViewRow& row) {
  if (row.kind == ViewRow::Kind::class_) return kSurferClasses;
  const bool is_number =
      row.kind == ViewRow::Kind::number || (row.kind == ViewRow::Kind::analog && !row.real);
  return is_number ? "Signed" : "";
}

}  // namespace

std::string surfer_view(const ViewInput& input) {
  std::string text = fmt::format("# surfer -c THIS_FILE {}\n", input.waveform);
  std::size_t items = 0;
  bool left_out = false;
  for (const ViewRow& row : view_rows(input)) {
    if (row.kind == ViewRow::Kind::group_end) continue;
    if (items >= kMostRows) {
      left_out = true;
      break;
    }
    if (row.kind == ViewRow::Kind::group || row.kind == ViewRow::Kind::closed_group) {
      text += fmt::format("divider_add {}\n", word_of(row.name));
    } else {
      text += fmt::format("variable_add {}\n", row.name);
      const std::string format = format_of(row);
      if (!format.empty() || row.colour != Colour::normal) {
        text += fmt::format("item_focus {}\n", letters(items));
        if (!format.empty()) text += fmt::format("item_set_format {}\n", format);
        if (row.colour != Colour::normal)
          text += fmt::format("item_set_color {}\n", name_of(row.colour));
        text += "item_unfocus\n";
      }
    }
    ++items;
  }
  if (left_out) text += "# more blocks: in the side panel\n";
  text += "zoom_fit\n";
  if (input.moment) {
    // The cursor's command moves the window there when it does not show it.
    for (Cycle shown = input.to - input.from; shown > 2 * kAround; shown /= 2) text += "zoom_in\n";
    text += fmt::format("marker_set moment {0}\ncursor_set {0}\n", *input.moment * input.period_ps);
  }
  return text;
}

}  // namespace uvea::trace
