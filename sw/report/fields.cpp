#include "sw/report/fields.h"

namespace uvea::report {
namespace {

using Type = FieldType;

Field text(const char* key, const char* help) { return {key, Type::text, "", help}; }
Field whole(const char* key, const char* unit, const char* help) {
  return {key, Type::whole, unit, help};
}
Field number(const char* key, const char* unit, const char* help) {
  return {key, Type::number, unit, help};
}
Field flag(const char* key, const char* help) { return {key, Type::flag, "", help}; }
Field part(const char* key, const char* help) { return {key, Type::part, "columns", help}; }
Field group(const char* key, Type type, const char* help, std::vector<Field> fields) {
  return {key, type, "", help, true, false, std::move(fields)};
}
Field sometimes(Field field) {
  field.always = false;
  return field;
}

Field chip_field(const std::vector<SettingInfo>& settings) {
  Field chip =
      group("chip", Type::object, "the chip's options, by section; `uvea config` explains", {});
  for (const SettingInfo& setting : settings) {
    if (chip.fields.empty() || chip.fields.back().key != setting.section)
      chip.fields.push_back({setting.section,
                             Type::object,
                             "",
                             "options " + setting.section + ".*",
                             true,
                             false,
                             {}});
    chip.fields.back().fields.push_back(
        {setting.key, Type::value, setting.unit == "-" ? "" : setting.unit, setting.help});
  }
  return chip;
}

Field split(const char* key, const char* help) {
  return group(key, Type::object, help,
               {whole("g", "parts", "groups or channels"), whole("n", "parts", "images"),
                whole("e", "parts", "oact rows"), whole("m", "parts", "output channels")});
}

Field mapping_field() {
  Field mapping =
      group("mapping", Type::object, "as a mapping file has it (docs/formats.md); null on the host",
            {flag("turned", "height and width exchanged: rows are the image's columns"),
             text("mode", "csc: compressed iacts and weights; raw: as they are"),
             whole("c0", "channels", "input channels of a PE's iact tile"),
             whole("m0", "channels", "output channels of a PE's weight tile"),
             part("s0", "filter columns of a PE's weight tile"),
             part("f0", "output columns of a row tile"),
             whole("windows", "windows", "of a row that a PE keeps at once"),
             flag("weight_double_buffer", "the next weight tile is loaded while one is in use"),
             whole("chain", "PEs", "of a column that add to one psum"),
             split("mesh_rows", "what the rows of clusters are divided by"),
             split("mesh_cols", "what the columns of clusters are divided by"),
             split("pe_cols", "what the PE columns of a cluster are divided by"),
             whole("e_block", "rows", "oact rows of a pass"),
             whole("m_block", "tiles", "of output channels that go through the reduction together"),
             text("iact_source",
                  "resident: kept in the GLB; stream: loaded pass by pass; through: past it"),
             text("iact_mode", "of the NoC: unicast, horizontal, vertical or broadcast"),
             text("weight_mode", "of the NoC: unicast, horizontal, vertical or broadcast")});
  mapping.or_null = true;
  return mapping;
}

std::vector<Field> use_fields() {
  return {whole("count", "", "of that kind on the chip"),
          number("busy", "share", "of the layer's cycles in which something moved, mean of all"),
          number("busiest", "share", "the same of the busiest one"),
          number("held", "share", "of the cycles in which something stood there, mean of all")};
}

Field traffic_field() {
  const auto data = [](const char* key) {
    return group(key, Type::object, "of that data type",
                 {whole("glb_reads", "words", "counter glb_..._reads"),
                  whole("glb_writes", "words", "counter glb_..._writes"),
                  whole("noc_words", "words", "counter noc_..._words"),
                  whole("noc_word_hops", "words", "counter noc_..._word_hops"),
                  whole("spad_reads", "entries", "counter spad_..._reads"),
                  whole("spad_writes", "entries", "counter spad_..._writes")});
  };
  return group("traffic", Type::object,
               "some of `counters` by data type; weights have no GLB bank: 0",
               {whole("dram_read_bytes", "bytes", "the counter"),
                whole("dram_write_bytes", "bytes", "the counter"), data("iact"), data("weight"),
                data("psum")});
}

Field layers_field(const CountTables& tables) {
  Field stalls =
      group("stalls", Type::object,
            "where the PE cycles went (docs/stalls.md): they sum to cycles times the PEs "
            "of the chip; all 0 on the host",
            {});
  for (const StallInfo& info : tables.stalls)
    stalls.fields.push_back({info.key, Type::whole, "PE cycles", info.help});
  Field counters =
      group("counters", Type::object, "all that the chip counts; all 0 on the host", {});
  for (const CounterInfo& info : tables.counters)
    counters.fields.push_back({info.name, Type::whole, info.unit, info.help});
  return group(
      "layers", Type::list, "the layers that were finished, in order",
      {whole("index", "", "in the network, from 1"),
       text("name", "in the network"),
       text("type", "conv, depthwise, fully_connected, or the host's operator"),
       flag("on_chip", "else the host ran it, and what the chip counts is 0"),
       whole("macs", "MACs", "nominal, of the batch, zeros included"),
       whole("effectual_macs", "MACs", "the counter"),
       whole("cycles", "cycles", "from the fetch of its descriptor to its last oact in DRAM"),
       number("predicted_cycles", "cycles",
              "what the mapper's cost says of the mapping, with the zeros of the iacts where they "
              "were (sw/mapper/known_iacts.h); 0 on the host"),
       number(
           "lower_bound_cycles", "cycles",
           "by that cost, with the density foreseen for the iacts, no mapping of the layer takes "
           "fewer (sw/mapper/certificate.h); 0 on the host, for a mapping from a file and with an "
           "--objective other than cycles"),
       whole("active_pes", "PEs", "the counter"),
       number("mac_occupancy", "share", "effectual_macs / (cycles times the MACs of the chip)"),
       whole("mismatches", "oacts", "that differ from the reference"),
       whole("psum_overflows", "additions", "the counter"),
       number("weight_density", "share", "of the weights that are not zero"),
       number("iact_density", "share", "of the iacts that are not the zero point"),
       text("limited_by", "what bound it, in words with its share; empty on the host"),
       std::move(stalls),
       group("eyexam", Type::list,
             "lower bounds of the cycles, seven steps, each with one more thing as finite "
             "(sw/mapper/eyexam.h); empty on the host",
             {text("step", "what it takes as finite that the step before did not"),
              number("cycles", "cycles", "the layer takes no fewer"),
              number("macs_per_cycle", "MACs/cycle",
                     "no more are done; without zeros in csc mode, nominal in raw mode"),
              text("limit", "what limits at this step")}),
       group("utilisation", Type::map, "by kind of resource; empty on the host", use_fields()),
       traffic_field(),
       std::move(counters),
       mapping_field(),
       sometimes(number("weight_sqnr_db", "dB", "only where weights were re-quantised at import")),
       sometimes(group("psum_overflow", Type::object, "only where an addition of psums wrapped",
                       {whole("psum_bits", "bits", "of the chip"),
                        whole("wrapped_additions", "additions", "that left that width"),
                        whole("psums", "psums", "of the layer"),
                        whole("psums_not_fitting", "psums", "whose sum does not fit"),
                        whole("bits_for_results", "bits", "that make every psum right; exact"),
                        whole("bits_for_all", "bits", "in which no addition wraps; exact"),
                        text("option", "of the chip that helps")}))});
}

Field total_field() {
  return group(
      "total", Type::object, "over the layers",
      {whole("macs", "MACs", "nominal"), whole("effectual_macs", "MACs", ""),
       whole("cycles", "cycles", ""),
       number("inferences_per_second", "1/s", "clock / cycles times batch; 0 without cycles"),
       whole("mismatches", "oacts", "0 in a sound run"),
       number("host_seconds", "s", "that the simulation took"),
       number("macs_per_host_second", "MACs/s", "nominal")});
}

nlohmann::ordered_json object_schema(const std::vector<Field>& fields);

nlohmann::ordered_json schema_of(const Field& field) {
  nlohmann::ordered_json schema;
  const auto type = [&](const char* name) {
    if (field.or_null)
      schema["type"] = {name, "null"};
    else
      schema["type"] = name;
  };
  switch (field.type) {
    case Type::text:
      type("string");
      break;
    case Type::whole:
      type("integer");
      schema["minimum"] = 0;
      break;
    case Type::number:
      type("number");
      break;
    case Type::part:
      schema["anyOf"] = {{{"type", "integer"}, {"minimum", 1}}, {{"const", "all"}}};
      break;
    case Type::flag:
      type("boolean");
      break;
    case Type::value:
      schema["type"] = {"string", "number", "boolean"};
      break;
    case Type::object:
      type("object");
      schema.update(object_schema(field.fields));
      break;
    case Type::map:
      type("object");
      schema["additionalProperties"] = {{"type", "object"}};
      schema["additionalProperties"].update(object_schema(field.fields));
      break;
    case Type::list:
      type("array");
      schema["items"] = {{"type", "object"}};
      schema["items"].update(object_schema(field.fields));
      break;
  }
  std::string words = field.help;
  if (!field.unit.empty()) words += (words.empty() ? "" : " ") + ("[" + field.unit + "]");
  if (!words.empty()) schema["description"] = words;
  return schema;
}

nlohmann::ordered_json object_schema(const std::vector<Field>& fields) {
  nlohmann::ordered_json schema;
  schema["properties"] = nlohmann::ordered_json::object();
  schema["required"] = nlohmann::ordered_json::array();
  for (const Field& field : fields) {
    schema["properties"][field.key] = schema_of(field);
    if (field.always) schema["required"].push_back(field.key);
  }
  schema["additionalProperties"] = false;
  return schema;
}

const char* type_words(Type type) {
  switch (type) {
    case Type::text:
      return "text";
    case Type::whole:
      return "whole number";
    case Type::number:
      return "number";
    case Type::part:
      return "whole number or all";
    case Type::flag:
      return "true or false";
    case Type::value:
      return "value";
    case Type::object:
      return "object";
    case Type::map:
      return "object, by name";
    case Type::list:
      return "list";
  }
  return "";
}

void put_table(const std::string& path, const std::vector<Field>& fields, std::string& text) {
  text += "\n### " + (path.empty() ? "The whole" : "`" + path + "`") +
          "\n\n| field | type | unit | what it is |\n|---|---|---|---|\n";
  for (const Field& field : fields)
    text += "| `" + field.key + "` | " + type_words(field.type) +
            (field.or_null ? " or null" : "") + " | " + field.unit + " | " + field.help + " |\n";
  for (const Field& field : fields) {
    if (field.fields.empty()) continue;
    const char* tail = field.type == Type::list ? "[]" : field.type == Type::map ? ".*" : "";
    put_table((path.empty() ? "" : path + ".") + field.key + tail, field.fields, text);
  }
}

}  // namespace

std::vector<Field> results_fields(const CountTables& tables,
                                  const std::vector<SettingInfo>& settings) {
  return {text("uvea", "version of the program"),
          text("network", "its name"),
          chip_field(settings),
          whole("seed", "", "of synthetic tensors"),
          sometimes(text("pruned", "only with `--prune`: what it was given")),
          sometimes(flag("interrupted", "only when a signal ended the run")),
          sometimes(flag("stopped", "only when a divergence of the RTL ended the run")),
          sometimes(flag("broken_off",
                         "only when a layer did not come to its end, for a model fault or because "
                         "its process died")),
          sometimes(group("rtl", Type::object, "only with `--rtl` (docs/cosim.md)",
                          {text("mode", "shadow or drive"), whole("pes", "PEs", "with RTL"),
                           whole("psums", "psums", "compared, or made"),
                           whole("windows", "windows", "compared, or made"),
                           flag("sound", "something was compared and nothing differed")})),
          layers_field(tables),
          total_field()};
}

std::vector<Field> resources_fields(const CountTables& tables) {
  Field classes =
      group("stalls", Type::object,
            "where its cycles went (docs/stalls.md), places taken together: they sum to "
            "the layer's cycles",
            {});
  for (const StallInfo& info : tables.stalls) {
    const std::string key = class_of(info.key);
    if (classes.fields.empty() || classes.fields.back().key != key)
      classes.fields.push_back(whole(key.c_str(), "cycles", info.words.c_str()));
  }
  return {group("layers", Type::list, "those that ran on the chip",
                {whole("index", "", "in the network, from 1"), text("name", "in the network"),
                 whole("cycles", "cycles", "of the layer"),
                 group("pes", Type::list, "every PE; they add up to the layer's `stalls`",
                       {text("path", "instance path in the chip"), std::move(classes)}),
                 group("resources", Type::list, "every port, link, bank and channel",
                       {text("path", "instance path in the chip"), text("kind", ""),
                        whole("busy", "cycles",
                              "in which a word or beat moved, or a router passed a burst on"),
                        whole("held", "cycles", "in which something stood there"),
                        text("held_by", "by whom, in words; empty when nothing was held")})})};
}

nlohmann::ordered_json json_schema(const std::string& title, const std::vector<Field>& fields) {
  nlohmann::ordered_json schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                                {"title", title},
                                {"type", "object"}};
  schema.update(object_schema(fields));
  return schema;
}

std::string fields_text(const std::vector<Field>& fields) {
  std::string text;
  put_table("", fields, text);
  return text;
}

}  // namespace uvea::report
