#include "sw/driver/dram_image.h"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <string>

#include "sw/driver/descriptor.h"
#include "sw/driver/layer_image.h"

namespace uvea::driver {
namespace {

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;

/// Hands out DRAM addresses.
class Allocator {
 public:
  explicit Allocator(int align) : align_(static_cast<std::uint64_t>(align)), next_(align_) {}
  std::uint64_t take(std::uint64_t bytes) {
    const std::uint64_t at = next_;
    next_ += (std::max<std::uint64_t>(bytes, 1) + align_ - 1) / align_ * align_;
    return at;
  }
  std::uint64_t used() const { return next_; }

 private:
  std::uint64_t align_;
  std::uint64_t next_;  // address 0 means "no next descriptor"
};

[[noreturn]] void refuse(std::size_t job, const std::string& why) {
  throw std::invalid_argument("layer " + std::to_string(job) + " " + why);
}

class ImageMaker {
 public:
  ImageMaker(const std::vector<LayerJob>& jobs, const mapper::ChipSizes& sizes)
      : jobs_(jobs), sizes_(sizes), memory_(sizes.dram_align_bytes) {}

  DramImage make(const nn::Tensor& input) {
    std::vector<std::uint64_t> descriptors;
    for (std::size_t i = 0; i < jobs_.size(); ++i)
      descriptors.push_back(memory_.take(kDescriptorBytes));
    const csc::Widths widths{sizes_.iact_bits, sizes_.count_bits};
    for (std::size_t i = 0; i < jobs_.size(); ++i) {
      const LayerJob& job = jobs_[i];
      LayerPlace at{iact_place(*job.layer, job.mapping, job.tensors.iact, widths),
                    oact_place(*job.layer, job.mapping, job.tensors.oact_csc, widths),
                    descriptors[i], starts_chain(i)};
      place_iacts(i, at.iact, input);
      at.oact.move_to(memory_.take(at.oact.bytes()));
      const bool last = i + 1 == jobs_.size() || starts_chain(i + 1);
      write_constants(job, at, last ? 0 : descriptors[i + 1]);
      image_.layers.push_back(std::move(at));
    }
    image_.bytes = (memory_.used() + kMiB) / kMiB * kMiB;
    return std::move(image_);
  }

 private:
  bool starts_chain(std::size_t i) const { return i == 0 || jobs_[i].producer == kHost; }

  void place_iacts(std::size_t i, TensorPlace& iact, const nn::Tensor& input) {
    const int from = jobs_[i].producer == kJobBefore ? static_cast<int>(i) - 1 : jobs_[i].producer;
    if (from < 0) {
      iact.move_to(memory_.take(iact.bytes()));
      if (i == 0) image_.writes.push_back({iact.layout().base, iact.write(input)});
      return;
    }
    if (from >= static_cast<int>(i))
      refuse(i, "reads from layer " + std::to_string(from) + ", expected one before it");
    const TensorPlace& made = image_.layers[static_cast<std::size_t>(from)].oact;
    if (!iact.lies_as(made)) {
      refuse(i, jobs_[i].producer == kJobBefore
                    ? "does not read what the one before it writes"
                    : "does not read what layer " + std::to_string(from) + " writes");
    }
    iact.move_to(made.layout().base);
  }

  void write_constants(const LayerJob& job, const LayerPlace& at, std::uint64_t next) {
    LayerImage constants = make_layer_image(*job.layer, job.mapping, sizes_);
    DescriptorAddresses addresses;
    addresses.next = next;
    addresses.weight_base = memory_.take(constants.weights.bytes.size());
    addresses.weight_pitch = constants.weights.pitch;
    addresses.weight_segment = constants.weights.longest_segment;
    addresses.param_table = memory_.take(constants.params.size());
    image_.writes.push_back({addresses.weight_base, std::move(constants.weights.bytes)});
    image_.writes.push_back({addresses.param_table, std::move(constants.params)});
    image_.writes.push_back(
        {at.descriptor, encode_descriptor(*job.layer, job.mapping, at.iact.layout(),
                                          at.oact.layout(), addresses)});
  }

  const std::vector<LayerJob>& jobs_;
  const mapper::ChipSizes& sizes_;
  Allocator memory_;
  DramImage image_;
};

}  // namespace

DramImage make_dram_image(const std::vector<LayerJob>& jobs, const nn::Tensor& input,
                          const mapper::ChipSizes& sizes) {
  if (jobs.empty()) throw std::invalid_argument("there is no layer to lay into DRAM");
  return ImageMaker(jobs, sizes).make(input);
}

ChipJobs chip_jobs(const nn::Network& network, const std::vector<mapper::Mapping>& mappings) {
  const std::vector<TensorPlan> plans = plan_tensors(network, mappings);
  ChipJobs chip;
  std::map<std::size_t, int> job_of;
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    if (!network.layers[i].on_chip()) continue;
    LayerJob job{&network.layers[i].conv(), mappings.at(i), plans[i], kHost};
    const auto producer = nn::chip_producer(network, i);
    if (producer && plans[i].relaid.empty()) job.producer = job_of.at(*producer);
    job_of[i] = static_cast<int>(chip.jobs.size());
    chip.jobs.push_back(std::move(job));
    chip.layers.push_back(i);
  }
  return chip;
}

}  // namespace uvea::driver
