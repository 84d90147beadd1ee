#include "tb/cosim/rtl/rtl_library.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "sw/user_error.h"
#include "tb/cosim/rtl/rtl_abi.h"
#include "tb/cosim/rtl/rtl_cache.h"
#include "tb/cosim/rtl/rtl_recipe.h"
#include "tb/cosim/rtl/rtl_sizes.h"

namespace uvea::cosim {
namespace {

namespace fs = std::filesystem;

class LoadedPe : public RtlPe {
 public:
  LoadedPe(std::shared_ptr<RtlLibrary> library, const RtlAbi& abi, void* pe)
      : library_(std::move(library)), abi_(abi), pe_(pe) {}
  ~LoadedPe() override { abi_.drop(pe_); }
  LoadedPe(const LoadedPe&) = delete;
  LoadedPe& operator=(const LoadedPe&) = delete;

  void reset() override { abi_.reset(pe_); }
  void settle(const RtlInputs& in, RtlOutputs& out) override { abi_.settle(pe_, &in, &out); }
  RtlActivity activity() const override {
    RtlActivity activity;
    abi_.activity(pe_, &activity);
    return activity;
  }
  RtlMacs macs() const override {
    RtlMacs macs;
    abi_.macs(pe_, &macs);
    return macs;
  }
  void clock(std::uint64_t cycle) override { abi_.clock(pe_, cycle); }
  void save(std::vector<std::uint8_t>& state) override {
    const std::uint8_t* kept = nullptr;
    std::size_t bytes = 0;
    abi_.save(pe_, &kept, &bytes);
    state.assign(kept, kept + bytes);
  }
  void restore(const std::vector<std::uint8_t>& state) override {
    abi_.restore(pe_, state.data(), state.size());
  }
  std::vector<RtlSignal> inside() const override {
    std::vector<RtlSignal> signals;
    RtlAbiSignal signal{};
    while (abi_.signal(pe_, signals.size(), &signal))
      signals.push_back({signal.module, signal.name, signal.bits});
    return signals;
  }
  void look(std::uint64_t* values) const override { abi_.look(pe_, values); }

 private:
  const std::shared_ptr<RtlLibrary> library_;
  const RtlAbi& abi_;
  void* const pe_;
};

/// What builds that were killed have left there; nobody else builds.
void remove_leftovers(const std::string& folder) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored))
    if (entry.path().filename().string().rfind("build-", 0) == 0)
      fs::remove_all(entry.path(), ignored);
}

/// Builds the library and puts it where it belongs, whole.
void build(const RtlRecipe& recipe, const RtlCache& cache, const std::string& file) {
  const WorkFolder work(cache.folder() + "/build-");
  const std::string log_file = fmt::format("{}/{}.log", cache.folder(), recipe.key);
  std::string log;
  try {
    const std::string library = build_library(recipe, work.path(), log);
    std::error_code error;
    fs::rename(library, file, error);
    if (error) throw UserError(fmt::format("{} cannot be written: {}", file, error.message()));
    fs::remove(log_file, error);  // of an earlier failure
  } catch (const UserError& failed) {
    if (cache.temporary() || log.empty()) throw;
    std::ofstream out(log_file, std::ios::binary);
    out << log;
    out.close();
    if (!out) throw;
    throw UserError(fmt::format("{} (all of it: {})", failed.what(), log_file));
  }
}

}  // namespace

std::shared_ptr<RtlLibrary> RtlLibrary::known(const std::string& file, const std::string& key) {
  void* handle = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) return nullptr;
  const auto function = reinterpret_cast<RtlAbiFunction>(::dlsym(handle, kRtlAbiSymbol));
  const RtlAbi* abi = function == nullptr ? nullptr : function();
  if (abi == nullptr || abi->inputs_bytes != sizeof(RtlInputs) ||
      abi->outputs_bytes != sizeof(RtlOutputs) || abi->activity_bytes != sizeof(RtlActivity) ||
      abi->macs_bytes != sizeof(RtlMacs) || abi->key != key) {
    ::dlclose(handle);
    return nullptr;
  }
  return std::shared_ptr<RtlLibrary>(new RtlLibrary(handle, *abi));
}

std::shared_ptr<RtlLibrary> RtlLibrary::load(const hw::PeConfig& pe, unsigned iact_ports, bool open,
                                             const Note& note) {
  if (const std::string why = why_no_rtl_sizes(pe, iact_ports); !why.empty()) throw UserError(why);
  const RtlRecipe recipe = make_recipe(pe, iact_ports, open);
  const RtlCache cache;
  const std::string file = fmt::format("{}/{}.so", cache.folder(), recipe.key);
  if (auto library = known(file, recipe.key)) return library;
  const CacheLock lock(cache.folder());
  // Another process may have built it in the meantime.
  if (auto library = known(file, recipe.key)) return library;
  if (lock.held()) remove_leftovers(cache.folder());
  if (note)
    note(fmt::format(
        "Verilating and compiling the RTL for these PE sizes, which takes some seconds; {}",
        cache.temporary() ? cache.note() : "it is kept in " + cache.folder()));
  build(recipe, cache, file);
  if (auto library = known(file, recipe.key)) return library;
  const char* why = ::dlerror();
  throw UserError(fmt::format("{}: the library just built cannot be loaded: {}", file,
                              why == nullptr ? "its RTL is not this program's" : why));
}

RtlLibrary::~RtlLibrary() { ::dlclose(handle_); }

std::unique_ptr<RtlPe> RtlLibrary::make() {
  return std::make_unique<LoadedPe>(shared_from_this(), abi_, abi_.make());
}

}  // namespace uvea::cosim
