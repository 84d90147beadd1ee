#include "tb/tests/nn/picture_files.h"

#include <zlib.h>

#include <algorithm>
#include <stdexcept>

namespace uvea::tb {
namespace {

void big(FileBytes& to, std::uint32_t value, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) to.push_back(static_cast<std::uint8_t>(value >> 8 * i));
}

void little(FileBytes& to, std::uint32_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) to.push_back(static_cast<std::uint8_t>(value >> 8 * i));
}

void append(FileBytes& to, const FileBytes& bytes) {
  to.insert(to.end(), bytes.begin(), bytes.end());
}

void chunk(FileBytes& to, const char* type, const FileBytes& content) {
  big(to, static_cast<std::uint32_t>(content.size()), 4);
  const std::size_t checked = to.size();
  to.insert(to.end(), type, type + 4);
  append(to, content);
  big(to,
      static_cast<std::uint32_t>(
          ::crc32(0, to.data() + checked, static_cast<uInt>(to.size() - checked))),
      4);
}

FileBytes compressed(const FileBytes& bytes) {
  uLongf size = ::compressBound(bytes.size());
  FileBytes out(size);
  if (::compress2(out.data(), &size, bytes.data(), bytes.size(), 1) != Z_OK)
    throw std::runtime_error("not compressed");
  out.resize(size);
  return out;
}

}  // namespace

FileBytes png_file(const PngSpec& spec) {
  FileBytes file{0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  FileBytes head;
  big(head, static_cast<std::uint32_t>(spec.width), 4);
  big(head, static_cast<std::uint32_t>(spec.height), 4);
  for (const int byte : {spec.bits, spec.colour, 0, 0, 0})
    big(head, static_cast<std::uint32_t>(byte), 1);
  chunk(file, "IHDR", head);
  if (!spec.palette.empty()) chunk(file, "PLTE", spec.palette);
  if (!spec.transparent.empty()) chunk(file, "tRNS", spec.transparent);
  if (!spec.exif.empty()) chunk(file, "eXIf", spec.exif);
  FileBytes filtered;
  const std::size_t row = spec.rows.size() / static_cast<std::size_t>(spec.height);
  for (std::size_t at = 0; at < spec.rows.size(); at += row) {
    filtered.push_back(0);
    filtered.insert(filtered.end(), spec.rows.begin() + static_cast<std::ptrdiff_t>(at),
                    spec.rows.begin() + static_cast<std::ptrdiff_t>(at + row));
  }
  chunk(file, "IDAT", compressed(filtered));
  chunk(file, "IEND", {});
  return file;
}

FileBytes bmp_file(const BmpSpec& spec) {
  FileBytes head;
  little(head, static_cast<std::uint32_t>(spec.head), 4);
  const auto height = static_cast<std::uint32_t>(spec.from_top ? -spec.height : spec.height);
  if (spec.head == 12) {
    little(head, static_cast<std::uint32_t>(spec.width), 2);
    little(head, height, 2);
    little(head, 1, 2);
    little(head, static_cast<std::uint32_t>(spec.bits), 2);
  } else {
    little(head, static_cast<std::uint32_t>(spec.width), 4);
    little(head, height, 4);
    little(head, 1, 2);
    little(head, static_cast<std::uint32_t>(spec.bits), 2);
    little(head, spec.compression, 4);
    little(head, static_cast<std::uint32_t>(spec.data.size()), 4);
    little(head, 2835, 4);
    little(head, 2835, 4);
    little(head, static_cast<std::uint32_t>(spec.palette.size() / 3), 4);
    little(head, 0, 4);
    for (const std::uint32_t mask : spec.masks) little(head, mask, 4);
    while (head.size() < static_cast<std::size_t>(spec.head)) head.push_back(0);
  }
  for (std::size_t i = 0; i < spec.palette.size(); i += 3) {
    for (const std::size_t c : {2U, 1U, 0U}) head.push_back(spec.palette[i + c]);
    if (spec.head != 12) head.push_back(0);
  }
  FileBytes file{'B', 'M'};
  little(file, static_cast<std::uint32_t>(14 + head.size() + spec.data.size()), 4);
  little(file, 0, 4);
  little(file, static_cast<std::uint32_t>(14 + head.size()), 4);
  append(file, head);
  append(file, spec.data);
  return file;
}

FileBytes bmp_rows(const std::vector<std::uint32_t>& pixels, int width, int bits, bool from_top) {
  const auto columns = static_cast<std::size_t>(width), rows = pixels.size() / columns;
  FileBytes data;
  for (std::size_t stored = 0; stored < rows; ++stored) {
    const std::size_t y = from_top ? stored : rows - 1 - stored;
    const std::size_t begin = data.size();
    std::uint32_t byte = 0;
    int filled = 0;
    for (std::size_t x = 0; x < columns; ++x) {
      const std::uint32_t pixel = pixels[y * columns + x];
      if (bits >= 8) {
        little(data, pixel, bits / 8);
        continue;
      }
      byte = byte << bits | pixel;
      filled += bits;
      if (filled == 8 || x + 1 == columns) {
        data.push_back(static_cast<std::uint8_t>(byte << (8 - filled)));
        byte = 0;
        filled = 0;
      }
    }
    while ((data.size() - begin) % 4 != 0) data.push_back(0);
  }
  return data;
}

FileBytes bmp_runs(const std::vector<std::uint32_t>& indices, int width, int bits, bool from_top,
                   std::mt19937_64& random) {
  const auto columns = static_cast<std::size_t>(width), rows = indices.size() / columns;
  const auto packed = [bits](std::uint32_t a, std::uint32_t b) {
    return static_cast<std::uint8_t>(bits == 8 ? a : a << 4 | b);
  };
  FileBytes data;
  std::size_t skipped_rows = 0, skipped_columns = 0;
  const auto move = [&] {
    if (skipped_rows == 0 && skipped_columns == 0) return;
    append(data, {0, 2, static_cast<std::uint8_t>(skipped_columns),
                  static_cast<std::uint8_t>(skipped_rows)});
    skipped_rows = skipped_columns = 0;
  };
  for (std::size_t stored = 0; stored < rows; ++stored) {
    const std::uint32_t* row = &indices[(from_top ? stored : rows - 1 - stored) * columns];
    std::size_t x = 0;
    while (x < columns) {
      std::size_t same = 1;
      while (x + same < columns && same < 100 && row[x + same] == row[x]) ++same;
      if (row[x] == 0 && random() % 2 == 0) {
        skipped_columns += same;
        if (skipped_columns > 100) move();
        x += same;
        continue;
      }
      move();
      const std::size_t left = std::min<std::size_t>(columns - x, 40);
      if (left >= 3 && random() % 3 == 0) {  // as they are
        const std::size_t count = 3 + random() % (left - 2);
        append(data, {0, static_cast<std::uint8_t>(count)});
        const std::size_t begin = data.size();
        for (std::size_t i = 0; i < count; i += bits == 8 ? 1 : 2)
          data.push_back(packed(row[x + i], i + 1 < count ? row[x + i + 1] : 0));
        if ((data.size() - begin) % 2 != 0) data.push_back(0);
        x += count;
      } else if (bits == 4 && left >= 2 && random() % 2 == 0) {  // two indices in turn
        std::size_t count = 2;
        while (x + count < columns && count < 100 && row[x + count] == row[x + count - 2]) ++count;
        append(data, {static_cast<std::uint8_t>(count), packed(row[x], row[x + 1])});
        x += count;
      } else {
        append(data, {static_cast<std::uint8_t>(same), packed(row[x], row[x])});
        x += same;
      }
    }
    skipped_columns = 0;  // to the end of the row: nothing to say
    append(data, {0, 0});
  }
  append(data, {0, 1});
  return data;
}

FileBytes exif_tiff(int orientation, bool big_endian) {
  FileBytes block = big_endian ? FileBytes{'M', 'M'} : FileBytes{'I', 'I'};
  const auto put = [&](std::uint32_t value, int bytes) {
    big_endian ? big(block, value, bytes) : little(block, value, bytes);
  };
  put(42, 2);
  put(8, 4);      // the first directory
  put(1, 2);      // one entry
  put(0x112, 2);  // orientation
  put(3, 2);      // a 16-bit number
  put(1, 4);      // one of them
  put(static_cast<std::uint32_t>(orientation), 2);
  put(0, 2);
  put(0, 4);  // no further directory
  return block;
}

FileBytes exif_segment(int orientation, bool big_endian) {
  FileBytes segment{'E', 'x', 'i', 'f', 0, 0};
  append(segment, exif_tiff(orientation, big_endian));
  return segment;
}

FileBytes with_segment(const FileBytes& jpeg, int marker, const FileBytes& content) {
  FileBytes file{jpeg[0], jpeg[1], 0xff, static_cast<std::uint8_t>(marker)};
  big(file, static_cast<std::uint32_t>(content.size() + 2), 2);
  append(file, content);
  file.insert(file.end(), jpeg.begin() + 2, jpeg.end());
  return file;
}

}  // namespace uvea::tb
