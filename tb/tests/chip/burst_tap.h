#pragma once
// An observer of a stream that calls a function.

#include <functional>

#include "tlm/stream_sockets.h"

namespace uvea::test {

class BurstTap : public link::BurstObserver {
 public:
  using Body = std::function<void(link::Burst&)>;
  explicit BurstTap(Body body) : body_(std::move(body)) {}
  void on_data(unsigned, const link::Payload& payload, link::Cycle) override {
    body_(link::burst_of(payload));
  }

 private:
  Body body_;
};

}  // namespace uvea::test
