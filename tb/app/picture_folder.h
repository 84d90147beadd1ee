#pragma once
// The pictures in a folder.

#include <string>
#include <vector>

namespace uvea::tb {

struct PictureFolder {
  std::vector<std::string> files;  ///< paths, sorted by name
  std::size_t others = 0;          ///< files that are no pictures
};

bool is_folder(const std::string& path);

/// Every file that begins or is named as a picture (also of a kind that is not read: reading it
/// then says so). Folders in it are left out. Throws UserError when it cannot be read or has no
/// picture.
PictureFolder pictures_in(const std::string& folder, const std::string& option);

}  // namespace uvea::tb
