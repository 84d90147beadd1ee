#pragma once
// What every user's mistake must come to: exit status 2, one line on stderr, nothing written.

#include <string>
#include <vector>

#include "tb/tests/app/program.h"

namespace uvea::test {

/// Runs the program and fails the test unless it refuses the arguments in one line that holds
/// `part`, prints nothing else and leaves `folder` as it was.
void expect_refused(const Folder& folder, const std::vector<std::string>& arguments,
                    const std::string& part);

}  // namespace uvea::test
