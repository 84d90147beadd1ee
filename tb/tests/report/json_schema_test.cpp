// The check of JSON against a schema finds what it is there to find.

#include "tb/testing/json_schema.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace uvea::test {
namespace {

using nlohmann::json;

const json schema = json::parse(R"({
  "title": "t", "type": "object", "required": ["a", "list"], "additionalProperties": false,
  "properties": {
    "a": {"type": "integer", "minimum": 0, "description": "d"},
    "n": {"type": ["number", "null"]},
    "part": {"anyOf": [{"type": "integer", "minimum": 1}, {"const": "all"}]},
    "list": {"type": "array", "items": {"type": "string"}},
    "map": {"type": "object", "additionalProperties": {"type": "boolean"}}}})");

std::vector<std::string> wrong(const char* text) {
  return schema_violations(json::parse(text), schema);
}

using Lines = std::vector<std::string>;

TEST(JsonSchema, WhatIsAsItSaysPasses) {
  EXPECT_EQ(wrong(R"({"a": 1, "list": []})"), Lines{});
  EXPECT_EQ(wrong(R"({"a": 2.0, "list": ["x"], "n": null, "map": {"k": true}})"), Lines{});
  EXPECT_EQ(wrong(R"({"a": 0, "list": ["x", "y"], "n": -0.5})"), Lines{});
  EXPECT_EQ(wrong(R"({"a": 0, "list": [], "part": 1})"), Lines{});
  EXPECT_EQ(wrong(R"({"a": 0, "list": [], "part": "all"})"), Lines{});
}

TEST(JsonSchema, EachKeywordFindsItsFault) {
  EXPECT_EQ(wrong("[]"), Lines{"the whole: is [], expected \"object\""});
  EXPECT_EQ(wrong(R"({"list": []})"), Lines{"the whole: has no a"});
  EXPECT_EQ(wrong(R"({"a": "1", "list": []})"), Lines{"a: is \"1\", expected \"integer\""});
  EXPECT_EQ(wrong(R"({"a": 1.5, "list": []})"), Lines{"a: is 1.5, expected \"integer\""});
  EXPECT_EQ(wrong(R"({"a": -1, "list": []})"), Lines{"a: is -1, expected at least 0"});
  EXPECT_EQ(wrong(R"({"a": 1, "list": ["x", 2]})"), Lines{"list[1]: is 2, expected \"string\""});
  EXPECT_EQ(wrong(R"({"a": 1, "list": [], "b": 0})"), Lines{"b: is not allowed"});
  EXPECT_EQ(wrong(R"({"a": 1, "list": [], "n": "0"})"),
            Lines{"n: is \"0\", expected [\"number\",\"null\"]"});
  EXPECT_EQ(wrong(R"({"a": 1, "list": [], "map": {"k": 1}})"),
            Lines{"map.k: is 1, expected \"boolean\""});
}

TEST(JsonSchema, NoneOfSeveralIsAFault) {
  for (const std::string part : {"0", "\"some\"", "1.5", "null"})
    EXPECT_EQ(wrong((R"({"a": 1, "list": [], "part": )" + part + "}").c_str()),
              Lines{"part: is " + part +
                    R"(, expected any of [{"minimum":1,"type":"integer"},{"const":"all"}])"});
}

TEST(JsonSchema, AKeywordThatItDoesNotKnowIsNotPassedOver) {
  EXPECT_THROW(schema_violations(json(1), json{{"maximum", 3}}), std::invalid_argument);
  EXPECT_THROW(schema_violations(json(1), json{{"type", "whole"}}), std::invalid_argument);
}

}  // namespace
}  // namespace uvea::test
