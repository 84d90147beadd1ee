#pragma once
// The way of a burst from DRAM to where it is used, moment by moment. Each block that a burst
// passes notes its own; whoever waited for the burst can tell where it was in the meantime.

#include "tlm/cycle.h"

namespace uvea::link {

/// A moment of 0 was not noted (made on the chip, or the way is not that long).
struct Journey {
  Cycle asked = 0;     ///< the DMA was asked for what came last
  Cycle queued = 0;    ///< of issued - asked: as many transactions as may be were in the DRAM
  Cycle issued = 0;    ///< its transaction was given to the DRAM
  Cycle answered = 0;  ///< and was answered
  Cycle latency = 0;   ///< of answered - issued: what the DRAM's fastest transaction took
  Cycle between = 0;   ///< of answered - issued: a later request was with the DMA
  Cycle offered = 0;   ///< on the port of its bank, FIFO or off-chip port
  Cycle ready = 0;     ///< all receivers were ready
  Cycle started = 0;   ///< first beat at that port
  Cycle memory = 0;    ///< psums: the output stage could not take them before, for the DRAM's sake

  /// A request that could not be asked for before the answer to this one was there: what both bring
  /// was asked for when this one was, and takes the latency of both.
  void then(const Journey& next) {
    answered = next.answered;
    latency += next.latency + next.queued;
    between += next.issued - next.queued - next.asked;
  }

  /// It could not go before `moment`, for the sake of others' data on their way from or to DRAM.
  void held_until(Cycle moment) {
    if (moment <= answered) return;
    if (issued == 0) asked = issued = moment;  // made on the chip
    answered = moment;
  }

  /// A burst behind another one on a port could not be offered before that one's data were there:
  /// when those came last, they are what it waited for.
  void behind(const Journey& before) {
    if (before.answered <= answered) return;
    asked = before.asked;
    queued = before.queued;
    issued = before.issued;
    answered = before.answered;
    latency = before.latency;
    between = before.between;
  }
};

}  // namespace uvea::link
