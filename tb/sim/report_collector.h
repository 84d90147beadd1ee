#pragma once
// Takes SystemC's reports while it lives: warnings and errors of our own models become faults with
// place and time, an error ends the simulation. Reports of anybody else's models go to the handler
// that was there before, and what that does (display, throw) is theirs to choose.

#include <optional>
#include <string>
#include <systemc>
#include <vector>

namespace uvea::tb {

class ReportCollector {
 public:
  /// `own`: the top-level modules whose reports, and those of all below them, are ours; and so are
  /// message types that begin with "/uvea/". One collector at a time.
  ReportCollector(std::vector<std::string>& faults, std::vector<std::string> own);
  ~ReportCollector();
  ReportCollector(const ReportCollector&) = delete;
  ReportCollector& operator=(const ReportCollector&) = delete;

  /// The first report that became a fault.
  struct First {
    std::string block;  ///< message type: the instance path
    sc_core::sc_time at;
  };
  const std::optional<First>& first() const { return first_; }

 private:
  static ReportCollector*& current();
  static void handle(const sc_core::sc_report& report, const sc_core::sc_actions& actions);
  bool is_own(const std::string& type) const;

  std::vector<std::string>& faults_;
  const std::vector<std::string> own_;
  sc_core::sc_report_handler_proc previous_ = nullptr;
  std::optional<First> first_;
  bool stopped_ = false;
};

}  // namespace uvea::tb
