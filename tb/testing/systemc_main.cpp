// main() of SystemC tests. Listing the tests must print nothing but their names, so it goes without
// a kernel; otherwise the tests run inside sc_main, as the kernel wants it.

#include <gtest/gtest.h>

#include <cstdlib>
#include <systemc>

int sc_main(int, char*[]) { return RUN_ALL_TESTS(); }

int main(int argc, char* argv[]) {
  ::testing::InitGoogleTest(&argc, argv);
  if (GTEST_FLAG_GET(list_tests)) return RUN_ALL_TESTS();
  setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 1);
  return sc_core::sc_elab_and_sim(argc, argv);
}
