#pragma once
// The item of a transaction on a TLM-2.0 base protocol socket, for who watches on both sides of it: an
// ignorable extension, there only where a probe watches the initiator.

#include <tlm>

#include "tlm/probe.h"

namespace uvea::link {

class ItemTag : public ::tlm::tlm_extension<ItemTag> {
 public:
  Probe::Item item;

  ::tlm::tlm_extension_base* clone() const override { return new ItemTag(*this); }
  void copy_from(const ::tlm::tlm_extension_base& other) override {
    *this = static_cast<const ItemTag&>(other);
  }
};

/// The payload's tag, which it has from now on for its life.
inline ItemTag& tag_of(::tlm::tlm_generic_payload& payload) {
  auto* tag = payload.get_extension<ItemTag>();
  if (tag == nullptr) {
    tag = new ItemTag;  // the payload's
    payload.set_extension(tag);
  }
  return *tag;
}

/// Null when it has none.
inline const Probe::Item* item_in(const ::tlm::tlm_generic_payload& payload) {
  const auto* tag = payload.get_extension<ItemTag>();
  return tag == nullptr ? nullptr : &tag->item;
}

}  // namespace uvea::link
