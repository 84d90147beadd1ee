// A program built without the Verilated PE says so, and how to get it.

#include <gtest/gtest.h>

#include "sw/user_error.h"
#include "tb/cosim/chip/rtl_choice.h"
#include "tb/cosim/pe/rtl_pe.h"

namespace uvea::cosim {
namespace {

TEST(AbsentRtl, IsAUsersMistakeThatNamesTheRemedy) {
  try {
    parse_rtl_choice("drive", "all", hw::ChipConfig{});
    FAIL() << "accepted";
  } catch (const UserError& error) {
    EXPECT_STREQ(error.what(),
                 "--rtl: this uvea was built without the RTL; configure it with -DUVEA_RTL=ON");
  }
  EXPECT_THROW(make_rtl_pe(hw::PeConfig{}, 3), UserError);
  EXPECT_THROW(open_rtl_factory()(hw::PeConfig{}, 3), UserError);
}

}  // namespace
}  // namespace uvea::cosim
