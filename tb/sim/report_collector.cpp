#include "tb/sim/report_collector.h"

#include <algorithm>

namespace uvea::tb {

ReportCollector::ReportCollector(std::vector<std::string>& faults, std::vector<std::string> own)
    : faults_(faults), own_(std::move(own)) {
  current() = this;
  previous_ = sc_core::sc_report_handler::get_handler();
  sc_core::sc_report_handler::set_handler(&handle);
}

ReportCollector::~ReportCollector() {
  sc_core::sc_report_handler::set_handler(previous_);
  current() = nullptr;
}

// SystemC's handler is a plain function; a simulation is single-threaded.
ReportCollector*& ReportCollector::current() {
  thread_local ReportCollector* collector = nullptr;
  return collector;
}

bool ReportCollector::is_own(const std::string& type) const {
  return type.rfind("/uvea/", 0) == 0 ||
         std::any_of(own_.begin(), own_.end(), [&type](const std::string& module) {
           return type == module || type.rfind(module + ".", 0) == 0;
         });
}

void ReportCollector::handle(const sc_core::sc_report& report, const sc_core::sc_actions& actions) {
  const std::string type = report.get_msg_type();
  ReportCollector& here = *current();
  const bool info = report.get_severity() == sc_core::SC_INFO;
  if (!here.is_own(type)) {
    // The kernel says so when the host program stops it.
    const bool stopped = info && type == "/OSCI/SystemC";
    if (!stopped && here.previous_ != nullptr) here.previous_(report, actions);
    return;
  }
  if (info) return;
  if (!here.first_) here.first_ = First{type, sc_core::sc_time_stamp()};
  here.faults_.push_back(type + " at " + sc_core::sc_time_stamp().to_string() + ": " +
                         report.get_msg());
  if (report.get_severity() < sc_core::SC_ERROR || here.stopped_) return;
  here.stopped_ = true;
  sc_core::sc_stop();
}

}  // namespace uvea::tb
