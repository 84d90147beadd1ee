#pragma once
// Verilated PEs of any sizes that the RTL can have: from a library that is built by the user's
// Verilator and compiler the first time, then kept in a cache (rtl_cache.h) under a key of all that it
// was made from. Two processes build it once; one that is killed leaves nothing that is used.

#include <functional>
#include <memory>
#include <string>

#include "hw/config/chip_config.h"
#include "tb/cosim/rtl/rtl_pins.h"

namespace uvea::cosim {

struct RtlAbi;

class RtlLibrary : public std::enable_shared_from_this<RtlLibrary> {
 public:
  /// Told in one line what takes a person's time: a build, and that it cannot be kept.
  using Note = std::function<void(const std::string&)>;

  /// Throws UserError: sizes outside of the RTL's limits, no Verilator, no compiler, one of them
  /// fails, no folder that can be written.
  /// `open`: the PEs' signals can be looked at.
  static std::shared_ptr<RtlLibrary> load(const hw::PeConfig& pe, unsigned iact_ports, bool open,
                                          const Note& note);
  /// One that is there. Null when the file is no library of this key.
  static std::shared_ptr<RtlLibrary> known(const std::string& file, const std::string& key);
  ~RtlLibrary();
  RtlLibrary(const RtlLibrary&) = delete;
  RtlLibrary& operator=(const RtlLibrary&) = delete;

  /// A PE at reset, which keeps the library.
  std::unique_ptr<RtlPe> make();

 private:
  RtlLibrary(void* handle, const RtlAbi& abi) : handle_(handle), abi_(abi) {}

  void* const handle_;
  const RtlAbi& abi_;
};

}  // namespace uvea::cosim
