#pragma once
// Method processes of blocks whose ports are made at run time.

#include <string>
#include <systemc>

namespace uvea::link {

namespace detail {
inline void listen(sc_core::sc_spawn_options& options, const sc_core::sc_event& event) {
  options.set_sensitivity(&event);
}
template <class Signal>
void listen(sc_core::sc_spawn_options& options, sc_core::sc_vector<Signal>& ports) {
  for (Signal& port : ports) options.set_sensitivity(&port);
}
}  // namespace detail

/// During construction: `body` runs as a method whenever one of the sources (events, vectors of
/// input ports) is notified; not at the start of the simulation.
template <class Body, class... Sources>
void spawn_method(const std::string& process, const Body& body, Sources&... sources) {
  sc_core::sc_spawn_options options;
  options.spawn_method();
  options.dont_initialize();
  (detail::listen(options, sources), ...);
  sc_core::sc_spawn(body, process.c_str(), &options);
}

}  // namespace uvea::link
