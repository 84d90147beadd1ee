#pragma once
// A pool of generic payloads, each with one extension of type Ext for life.

#include <memory>
#include <tlm>
#include <vector>

namespace uvea::link {

/// Memory manager: take() gives a payload with one reference; it is home again when the last
/// reference is released. Ext needs reset().
template <class Ext>
class PayloadPool : public ::tlm::tlm_mm_interface {
 public:
  using Payload = ::tlm::tlm_generic_payload;

  PayloadPool() = default;
  PayloadPool(const PayloadPool&) = delete;
  PayloadPool& operator=(const PayloadPool&) = delete;
  ~PayloadPool() override {
    for (auto& payload : all_) payload->clear_extension(ext_of(*payload));
  }

  Payload& take() {
    if (free_.empty()) {
      extensions_.push_back(std::make_unique<Ext>());
      all_.push_back(std::make_unique<Payload>(this));
      all_.back()->set_extension(extensions_.back().get());
      free_.push_back(all_.back().get());
    }
    Payload& payload = *free_.back();
    free_.pop_back();
    ++outstanding_;
    payload.acquire();
    ext_of(payload)->reset();
    return payload;
  }

  void free(Payload* payload) override {
    --outstanding_;
    free_.push_back(payload);
  }

  /// Payloads taken and not yet home.
  std::size_t outstanding() const { return outstanding_; }

 private:
  static Ext* ext_of(Payload& payload) {
    Ext* ext = nullptr;
    payload.get_extension(ext);
    return ext;
  }

  std::vector<std::unique_ptr<Ext>> extensions_;
  std::vector<std::unique_ptr<Payload>> all_;
  std::vector<Payload*> free_;
  std::size_t outstanding_ = 0;
};

}  // namespace uvea::link
