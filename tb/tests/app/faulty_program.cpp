// uvea with RTL that has a fault on its pins: for tests of what the program does then. The
// environment's UVEA_TEST_FAULT is FAULT:N, PinFault's number and the chance at which it strikes.

#include <cstdlib>
#include <string>

#include "tb/app/program.h"
#include "tb/tests/cosim_rtl/faulty_pe.h"

extern "C" int sc_main(int, char*[]) { return 0; }

int main(int argc, char* argv[]) {
  using namespace uvea;
  const char* fault = std::getenv("UVEA_TEST_FAULT");
  if (fault == nullptr) return 2;
  const auto kind = static_cast<cosim::PinFault>(std::stoi(fault));
  const std::string text = fault;
  const auto nth = static_cast<unsigned>(std::stoul(text.substr(text.find(':') + 1)));
  return tb::program(argc, argv, [=](const hw::PeConfig& pe, unsigned ports) {
    return std::make_unique<cosim::FaultyPe>(cosim::make_rtl_pe(pe, ports), kind, nth);
  });
}
