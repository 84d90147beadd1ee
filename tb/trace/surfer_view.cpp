#include "tb/trace/surfer_view.h"

#include <fmt/format.h>

namespace uvea::trace {
namespace {

constexpr std::size_t kMostRows = 400;  // more are slow to be added

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
      text += fmt::format("divider_add {}\n", row.name);
    } else {
      text += fmt::format("variable_add {}\n", row.name);
      const bool is_number =
          row.kind == ViewRow::Kind::number || (row.kind == ViewRow::Kind::analog && !row.real);
      if (is_number || row.colour != Colour::normal) {
        text += fmt::format("item_focus {}\n", letters(items));
        if (is_number) text += "item_set_format Signed\n";
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
    text += fmt::format("marker_set moment {0}\ncursor_set {0}\n", *input.moment * input.period_ps);
  }
  return text;
}

}  // namespace uvea::trace
