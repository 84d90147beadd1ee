// uvea with RTL that has a fault on its pins: for tests of what the program does then. The first
// argument is FAULT:N, PinFault's number and the chance at which it strikes.

#include <string>

#include "tb/program/program.h"
#include "tb/tests/cosim_rtl/faulty_pe.h"

extern "C" int sc_main(int, char*[]) { return 0; }

int main(int argc, char* argv[]) {
  using namespace uvea;
  if (argc < 2) return 2;
  const std::string fault = argv[1];
  const auto kind = static_cast<cosim::PinFault>(std::stoi(fault));
  const auto nth = static_cast<unsigned>(std::stoul(fault.substr(fault.find(':') + 1)));
  argv[1] = argv[0];
  return tb::program(argc - 1, argv + 1, [=](const hw::PeConfig& pe, unsigned ports) {
    return std::make_unique<cosim::FaultyPe>(cosim::make_rtl_pe(pe, ports), kind, nth);
  });
}
