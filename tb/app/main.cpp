// uvea: the program.

#include "tb/app/program.h"
#include "tb/app/rtl_report.h"

// SystemC's library wants this symbol; the program elaborates in its children only, by
// run_layers().
extern "C" int sc_main(int, char*[]) { return 0; }

int main(int argc, char* argv[]) {
  return uvea::tb::program(argc, argv, uvea::cosim::rtl_factory(uvea::tb::tell_note));
}
