// Every command of ddr4_3200 under mixed traffic, held to the JEDEC rules by an independent
// checker; the checker is held to planted faults: by hand for each rule, and by a model whose
// figure is one clock too short.

#include <map>
#include <tuple>

#include "tb/tests/dram/ddr4_checker.h"
#include "tb/tests/dram/dram_fixture.h"

namespace uvea::tb {
namespace {

using hw::Ddr4Command;
using hw::Tick;
using Kind = hw::Ddr4CommandKind;

constexpr double one = 0.625;  // memory clock, in ns

bool is_column(const Ddr4Command& c) { return c.kind == Kind::read || c.kind == Kind::write; }

// ---- the checker by itself, in the figures of ddr4_timing_test.cpp

Ddr4Command command(Kind kind, Tick at, std::uint64_t group = 0, std::uint64_t bank = 0,
                    std::uint64_t row = 0) {
  return {kind, at, {0, group, bank, row, 0}};
}

struct ByHand {
  const char* rule;
  std::vector<Ddr4Command> legal;  ///< the last command is as early as the rule allows
  friend std::ostream& operator<<(std::ostream& out, const ByHand& b) { return out << b.rule; }
};

// The last command of each goes out as early as it may; sooner by one clock, the rule is broken.
const std::vector<ByHand> by_hand = {
    {"command bus",
     {command(Kind::activate, 0), command(Kind::precharge_all, 52),
      command(Kind::precharge_all, 53)}},
    {"tRCD", {command(Kind::activate, 0), command(Kind::read, 22)}},
    {"tRP",
     {command(Kind::activate, 0), command(Kind::precharge, 60),
      command(Kind::activate, 60 + 22, 0, 0, 1)}},
    {"tRAS", {command(Kind::activate, 0), command(Kind::precharge, 52)}},
    {"tRC",
     {command(Kind::activate, 0), command(Kind::precharge, 52),
      command(Kind::activate, 74, 0, 0, 1)}},
    {"tRRD_S", {command(Kind::activate, 0), command(Kind::activate, 4, 1)}},
    {"tRRD_L", {command(Kind::activate, 0), command(Kind::activate, 8, 0, 1)}},
    {"tFAW",
     {command(Kind::activate, 0), command(Kind::activate, 4, 1), command(Kind::activate, 8, 2),
      command(Kind::activate, 12, 3), command(Kind::activate, 34, 0, 1)}},
    {"tCCD_S",
     {command(Kind::activate, 0), command(Kind::activate, 4, 1), command(Kind::read, 30),
      command(Kind::read, 34, 1)}},
    {"tCCD_L", {command(Kind::activate, 0), command(Kind::read, 30), command(Kind::read, 38)}},
    {"tWTR_S",
     {command(Kind::activate, 0), command(Kind::activate, 4, 1), command(Kind::write, 30),
      command(Kind::read, 30 + 20 + 4 + 4, 1)}},
    {"tWTR_L",
     {command(Kind::activate, 0), command(Kind::write, 30), command(Kind::read, 30 + 20 + 4 + 12)}},
    {"tRTW",
     {command(Kind::activate, 0), command(Kind::read, 30),
      command(Kind::write, 30 + 22 + 4 + 2 - 20)}},
    {"tWR",
     {command(Kind::activate, 0), command(Kind::write, 30),
      command(Kind::precharge, 30 + 20 + 4 + 24)}},
    {"tRTP", {command(Kind::activate, 0), command(Kind::read, 50), command(Kind::precharge, 62)}},
    {"data bus",
     {command(Kind::activate, 0), command(Kind::activate, 4, 1), command(Kind::read, 30),
      command(Kind::read, 34, 1)}},
    {"tRFC", {command(Kind::refresh, 12480), command(Kind::activate, 12480 + 560)}},
    {"tREFI", {command(Kind::refresh, 12480)}},
};

class Ddr4CheckerByHand : public ::testing::TestWithParam<ByHand> {};

TEST_P(Ddr4CheckerByHand, FindsOneClockTooEarly) {
  Ddr4Checker sound{hw::DramConfig{}};
  for (const Ddr4Command& c : GetParam().legal) sound.take(c);
  EXPECT_EQ(sound.faults(), std::vector<std::string>{});
  Ddr4Checker planted{hw::DramConfig{}};
  std::vector<Ddr4Command> commands = GetParam().legal;
  --commands.back().at;
  for (const Ddr4Command& c : commands) planted.take(c);
  EXPECT_EQ(planted.broken_rules().count(GetParam().rule), 1u);
}

std::string rule_name(std::string rule) {
  std::replace(rule.begin(), rule.end(), ' ', '_');
  return rule;
}

INSTANTIATE_TEST_SUITE_P(Rules, Ddr4CheckerByHand, ::testing::ValuesIn(by_hand),
                         [](const auto& p) { return rule_name(p.param.rule); });

TEST(Ddr4CheckerRows, FindsColumnsOfAClosedBankAndRowsOpenedTwice) {
  const auto rules = [](const std::vector<Ddr4Command>& commands) {
    Ddr4Checker checker{hw::DramConfig{}};
    for (const Ddr4Command& c : commands) checker.take(c);
    return checker.broken_rules();
  };
  const std::set<std::string> row = {"row"};
  EXPECT_EQ(rules({command(Kind::read, 100)}), row);
  EXPECT_EQ(rules({command(Kind::activate, 0), command(Kind::write, 100, 0, 0, 1)}), row);
  EXPECT_EQ(rules({command(Kind::activate, 0), command(Kind::read, 100, 0, 1)}), row);
  EXPECT_EQ(rules({command(Kind::activate, 0), command(Kind::activate, 100)}), row);
  EXPECT_EQ(rules({command(Kind::precharge, 100)}), row);
  EXPECT_EQ(rules({command(Kind::activate, 0), command(Kind::refresh, 12480)}), row);
}

TEST(Ddr4CheckerRows, FindsARefreshLeftOut) {
  Ddr4Checker checker{hw::DramConfig{}};
  checker.take(command(Kind::activate, 12480));
  EXPECT_EQ(checker.broken_rules(), std::set<std::string>{"tREFI"});
}

// ---- the model

class Ddr4Rules : public DramTest {
 public:
  // Reads and writes of bursts and of several, in few rows and in many, with and without pauses.
  void mixed_traffic(std::mt19937_64& random, int count) {
    sc_core::sc_time at;
    std::uint64_t next = 0;
    int phase = 0;
    for (int i = 0; i < count; ++i) {
      if (i % 100 == 0) phase = static_cast<int>(random() % 6);
      if (random() % 64 == 0) at += memory_clock * static_cast<double>(random() % 3000);
      std::uint64_t address = random() % size;
      if (phase == 1) address %= 1u << 19;                                   // few rows
      if (phase == 2) address = (address & ~std::uint64_t{0x180c0}) % size;  // one bank
      if (phase >= 3) address = next;
      const std::uint64_t lengths[] = {64, 64, 16, 1 + random() % 300};
      const std::uint64_t length = lengths[random() % 4];
      address = std::min(address, size - length);
      next = (address + length) % size;
      const bool is_write = phase == 4 || (phase != 3 && random() % 3 == 0);
      is_write ? write(address, length, at) : read(address, length, at);
    }
  }

  // Runs the traffic on a model of `config` and holds its commands to the figures of `truth`.
  void run_checked(const hw::DramConfig& truth, std::uint64_t seed, int count) {
    std::mt19937_64 random = seeded(seed);
    build();
    checker = std::make_unique<Ddr4Checker>(truth);
    dram->observe_commands([this](const Ddr4Command& c) { checker->take(c); });
    mixed_traffic(random, count);
    run_jobs();
  }

  using Place =
      std::tuple<std::uint64_t, std::uint64_t, std::uint64_t, std::uint64_t, std::uint64_t>;

  // The bursts of a job, by the address mapping of ddr4_parameters.h, worked out here anew.
  std::vector<Place> places(const Job& job) const {
    std::vector<Place> all;
    const auto channels = static_cast<std::uint64_t>(config.channels);
    for (std::uint64_t b = job.address / 64; b <= (job.address + job.data.size() - 1) / 64; ++b) {
      const std::uint64_t in_channel = b / channels;
      all.emplace_back(b % channels, in_channel % 4, in_channel / 512 % 4, in_channel / 2048,
                       in_channel / 4 % 128);
    }
    return all;
  }

  // The column commands of each burst, in their order, are the accesses of the jobs in theirs; each
  // response comes with the first clock edge at which its last data is over. Returns one line for
  // each that is not so.
  std::vector<std::string> wrong_responses() const {
    std::map<Place, std::vector<Ddr4Command>> columns;
    for (const Ddr4Command& c : checker->commands()) {
      if (!is_column(c)) continue;
      columns[{c.where.channel, c.where.group, c.where.bank, c.where.row, c.where.column}]
          .push_back(c);
    }
    std::map<Place, std::size_t> used;
    std::vector<std::string> wrong;
    for (std::size_t i = 0; i < initiator->jobs.size(); ++i) {
      const Job& job = initiator->jobs[i];
      Tick end = 0;
      for (const Place& place : places(job)) {
        const std::vector<Ddr4Command>& all = columns[place];
        const std::size_t nth = used[place]++;
        const Kind kind = job.command == tlm::TLM_WRITE_COMMAND ? Kind::write : Kind::read;
        if (nth >= all.size() || all[nth].kind != kind ||
            memory_clock * static_cast<double>(all[nth].at) < job.begin_req) {
          wrong.push_back("job " + std::to_string(i) + ": no column command of its own");
          continue;
        }
        end = std::max(end, checker->data_end(all[nth]));
      }
      const sc_core::sc_time over = memory_clock * static_cast<double>(end);
      const sc_core::sc_time edge = clock * std::ceil(over / clock - 1e-9);
      if (job.begin_resp != edge) {
        wrong.push_back("job " + std::to_string(i) + ": answered at " + job.begin_resp.to_string() +
                        ", data over at " + over.to_string());
      }
    }
    for (const auto& [place, all] : columns) {
      if (all.size() != used[place]) wrong.emplace_back("column commands that nobody asked for");
    }
    return wrong;
  }

  std::unique_ptr<Ddr4Checker> checker;
};

class Ddr4RulesKept : public Ddr4Rules, public ::testing::WithParamInterface<int> {};

TEST_P(Ddr4RulesKept, UnderMixedTraffic) {
  use_ddr4_at_memory_clock();
  switch (GetParam()) {
    case 1:
      break;
    case 2:
      clock = sc_core::sc_time(5, sc_core::SC_NS);
      config.channels = 2;
      break;
    case 3:
      config.queue_depth = 4;
      config.reorder_limit = 2;
      break;
    case 4:
      config.reorder_limit = 0;
      break;
    case 5:
      config.queue_depth = 128;
      config.trefi_ns = 1000;  // refreshes everywhere
      break;
    case 6:
      config.trefi_ns = config.trfc_ns + config.trcd_ns + one;  // one clock for column commands
      break;
    default:
      // Other rules bind: slow writes, fast precharge, groups alike.
      config.twr_ns = 40, config.tras_ns = 15, config.tcwl_ns = 5, config.trtw_gap_clocks = 0;
      config.tccd_ns = 2.5, config.trrd_ns = 2.5;
  }
  run_checked(config, static_cast<std::uint64_t>(GetParam()), 6000);
  EXPECT_EQ(checker->faults(), std::vector<std::string>{});
  EXPECT_GT(checker->commands().size(), 6000u);
  EXPECT_EQ(wrong_responses(), std::vector<std::string>{});
  std::uint64_t columns = 0, refreshes = 0;
  for (const Ddr4Command& c : checker->commands()) {
    columns += is_column(c) ? 1 : 0;
    refreshes += c.kind == Kind::refresh ? 1 : 0;
  }
  const hw::DramCounters counters = dram->counters();
  EXPECT_EQ(columns * 64, counters.bytes_on_bus);
  EXPECT_EQ(columns, counters.row_hits + counters.row_misses + counters.row_conflicts);
  EXPECT_GT(refreshes, 5u);
}

INSTANTIATE_TEST_SUITE_P(Configs, Ddr4RulesKept, ::testing::Range(1, 8));

// A blocking access takes its commands' clocks at once, whatever is queued.
TEST_F(Ddr4Rules, AreKeptWithBlockingAccessesAmongQueuedOnes) {
  use_ddr4_at_memory_clock();
  std::mt19937_64 random = seeded(7);
  build();
  checker = std::make_unique<Ddr4Checker>(config);
  dram->observe_commands([this](const Ddr4Command& c) { checker->take(c); });
  mixed_traffic(random, 3000);
  std::uint64_t blocking = 0;
  initiator->on_response = [&](Job&) {
    if (random() % 10 != 0) return;
    std::vector<unsigned char> data(1 + random() % 300);
    tlm::tlm_generic_payload payload;
    payload.set_command(random() % 2 == 0 ? tlm::TLM_READ_COMMAND : tlm::TLM_WRITE_COMMAND);
    payload.set_address(random() % (size - data.size()));
    payload.set_data_ptr(data.data());
    payload.set_data_length(static_cast<unsigned>(data.size()));
    payload.set_streaming_width(static_cast<unsigned>(data.size()));
    const sc_core::sc_time before = memory_clock * static_cast<double>(random() % 100);
    sc_core::sc_time delay = before;
    initiator->socket->b_transport(payload, delay);
    EXPECT_EQ(payload.get_response_status(), tlm::TLM_OK_RESPONSE);
    EXPECT_GE(delay - before, memory_clock * (20 + 4));
    ++blocking;
  };
  run(End::stopped, sc_core::sc_time(1, sc_core::SC_SEC));
  EXPECT_EQ(checker->faults(), std::vector<std::string>{});
  EXPECT_EQ(initiator->done, 3000u);
  EXPECT_EQ(dram->leftovers(), std::vector<std::string>{});
  EXPECT_GT(blocking, 200u);
  EXPECT_EQ(dram->counters().transactions, 3000 + blocking);
}

// A model with one figure a clock too short breaks that rule under the same traffic: the traffic
// reaches each rule, and the checker sees it in the model's commands.
struct Planted {
  const char* rule;
  void (*shorten)(hw::DramConfig&);
  friend std::ostream& operator<<(std::ostream& out, const Planted& p) { return out << p.rule; }
};
const Planted planted[] = {
    {"tRCD", [](hw::DramConfig& c) { c.trcd_ns -= one; }},
    {"tRP", [](hw::DramConfig& c) { c.trp_ns -= one; }},
    {"tRAS", [](hw::DramConfig& c) { c.tras_ns -= one; }},
    {"tRC", [](hw::DramConfig& c) { c.tras_ns -= one; }},
    {"tRRD_S", [](hw::DramConfig& c) { c.trrd_s_ns -= one; }},
    {"tRRD_L", [](hw::DramConfig& c) { c.trrd_ns -= one; }},
    {"tFAW", [](hw::DramConfig& c) { c.tfaw_ns -= one; }},
    {"tCCD_L", [](hw::DramConfig& c) { c.tccd_ns -= one; }},
    {"tCCD_S", [](hw::DramConfig& c) { c.burst_length = 6, c.row_bytes = 6144; }},
    {"data bus", [](hw::DramConfig& c) { c.burst_length = 6, c.row_bytes = 6144; }},
    {"tWTR_S", [](hw::DramConfig& c) { c.twtr_s_ns -= one; }},
    {"tWTR_L", [](hw::DramConfig& c) { c.twtr_ns -= one; }},
    {"tRTW", [](hw::DramConfig& c) { c.trtw_gap_clocks -= 1; }},
    {"tWR", [](hw::DramConfig& c) { c.twr_ns -= one; }},
    {"tRTP", [](hw::DramConfig& c) { c.trtp_ns -= one; }},
    {"tRFC", [](hw::DramConfig& c) { c.trfc_ns -= one; }},
    {"tREFI", [](hw::DramConfig& c) { c.trefi_ns += one; }},
};

class Ddr4RulesBroken : public Ddr4Rules, public ::testing::WithParamInterface<Planted> {};

TEST_P(Ddr4RulesBroken, IsFoundInTheModel) {
  use_ddr4_at_memory_clock();
  const hw::DramConfig truth = config;
  GetParam().shorten(config);
  run_checked(truth, 1, 6000);
  EXPECT_EQ(checker->broken_rules().count(GetParam().rule), 1u);
}

INSTANTIATE_TEST_SUITE_P(Figures, Ddr4RulesBroken, ::testing::ValuesIn(planted),
                         [](const auto& p) { return rule_name(p.param.rule); });

class Ddr4LatencyBroken : public Ddr4Rules, public ::testing::WithParamInterface<bool> {};

TEST_P(Ddr4LatencyBroken, IsFoundInTheResponses) {
  use_ddr4_at_memory_clock();
  const hw::DramConfig truth = config;
  (GetParam() ? config.tcl_ns : config.tcwl_ns) -= one;
  run_checked(truth, 1, 1000);
  EXPECT_GT(wrong_responses().size(), 100u);
}

INSTANTIATE_TEST_SUITE_P(Figures, Ddr4LatencyBroken, ::testing::Bool(),
                         [](const auto& p) { return p.param ? "CL" : "CWL"; });

}  // namespace
}  // namespace uvea::tb
