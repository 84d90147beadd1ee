#include "tb/tests/app/refusal.h"

#include <gtest/gtest.h>

namespace uvea::test {

void expect_refused(const Folder& folder, const std::vector<std::string>& arguments,
                    const std::string& part) {
  std::string call = "uvea";
  for (const std::string& word : arguments) call += " '" + word + "'";
  const auto before = folder.names();
  const Ended ended = run_program(arguments);
  EXPECT_EQ(ended.status, 2) << call << "\n" << ended.err;
  EXPECT_EQ(ended.out, "") << call;
  const auto lines = lines_of(ended.err);
  EXPECT_EQ(lines.size(), 1U) << call << "\n" << ended.err;
  EXPECT_EQ(ended.err.rfind("uvea: error: ", 0), 0U) << call << "\n" << ended.err;
  EXPECT_FALSE(part.empty());
  EXPECT_NE(ended.err.find(part), std::string::npos)
      << call << "\nsays:     " << ended.err << "expected: " << part;
  EXPECT_EQ(folder.names(), before) << call;
}

}  // namespace uvea::test
