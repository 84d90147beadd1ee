// Layer tables in the forms that people and spreadsheets give them, and what columns stand for.

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "sw/nn/tables/columns.h"
#include "sw/nn/tables/table_import.h"
#include "sw/user_error.h"

namespace uvea::nn {
namespace {

Network read(const std::string& text) { return load_table_text(text, "t.csv", {}); }

ConvGeometry geo(const std::string& header, const std::string& row) {
  return read("# source\n" + header + "\n" + row + "\n").layers.at(0).conv().geo;
}

void refused(const std::string& text, const std::string& part) {
  try {
    read(text);
    ADD_FAILURE() << "accepted: " << text;
  } catch (const UserError& error) {
    EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
  }
}

TEST(TableForms, WhatSpreadsheetsWriteIsTheSame) {
  const std::string plain =
      "# source\nname,type,in_h,in_w,in_c,out_c,kernel_h,kernel_w,stride,pad\n"
      "A,conv,9,8,3,4,3,2,2,1\nB,conv,5,5,4,4,3,3,1,same\n";
  const auto with = [&plain](const std::string& from, const std::string& to) {
    std::string text;
    for (const char c : plain) text += std::string(1, c) == from ? to : std::string(1, c);
    return text;
  };
  const std::string expected = to_text(layer_table_from_csv(plain, "t.csv"));
  for (const std::string& text :
       {"\xef\xbb\xbf" + plain, with("\n", "\r\n"), with("\n", "\r"), with("\n", ",,,\n"),
        plain.substr(0, 9) + "name" + with("\n", " , # remark\n").substr(24), with(",", "\t"),
        with(",", ";"), with(",", " ,\xc2\xa0"), with("\n", "\n,,,\n\n"),
        plain.substr(0, plain.size() - 1)})
    EXPECT_EQ(to_text(layer_table_from_csv(text, "t.csv")), expected) << text;
  EXPECT_EQ(read(plain).layers.size(), 2U);
  EXPECT_TRUE(read(plain).notices.empty());
  // What to_text writes reads as the same.
  EXPECT_EQ(to_text(layer_table_from_csv(expected, "t.csv")), expected);
}

TEST(TableForms, WhatIsLeftOutHasDefaultsAndIsToldOfTheSource) {
  const Network net = read(
      "name,type,in_h,in_w,in_c,out_c,kernel_h,kernel_w,stride,pad,weight_density\n"
      "A,conv,9,8,3,4,3,2,2,1,\nB,DW,5,5,4,8,3,3,1,1,0.5\nC,fc,2,3,4,5,,,,,\n");
  ASSERT_EQ(net.notices.size(), 1U);
  EXPECT_NE(net.notices[0].find("t.csv"), std::string::npos);
  EXPECT_NE(net.notices[0].find("# source"), std::string::npos);
  EXPECT_EQ(net.layers[0].conv().geo.groups, 1);
  EXPECT_EQ(net.layers[1].conv().geo.groups, 4);
  EXPECT_EQ(net.layers[1].conv().kind, ConvKind::depthwise);
  EXPECT_EQ(net.layers[2].conv().geo.in_c, 24);
  EXPECT_EQ(net.table.at(0).weight, 1.0);
  EXPECT_EQ(net.table.at(1).weight, 0.5);
  EXPECT_EQ(net.table.at(1).iact, 1.0);
  const Network typo = read(
      "# s\nname,type,in_h,in_w,in_c,out_c,kernel_h,kernel_w,stride,pad,dilaton,basis\n"
      "A,conv,9,8,3,4,3,2,2,1,2,x\n");
  ASSERT_EQ(typo.notices.size(), 1U);
  EXPECT_EQ(typo.notices[0], "columns not read: dilaton");
}

TEST(TableForms, EveryAxisAndSideOfItsOwn) {
  const std::string head = "name,type,in_h,in_w,in_c,out_c,kernel_h,kernel_w,";
  ConvGeometry g = geo(head + "stride_h,stride_w,dilation_h,pad_top,pad_right",
                       "A,conv,20,30,1,1,3,4,2,3,4,5,2");
  EXPECT_EQ(g.stride_h, 2);
  EXPECT_EQ(g.stride_w, 3);
  EXPECT_EQ(g.dilation_h, 4);
  EXPECT_EQ(g.dilation_w, 1);
  EXPECT_EQ(g.pad_top, 5);
  EXPECT_EQ(g.pad_left, 0);
  EXPECT_EQ(g.out_h, (20 + 5 - 9) / 2 + 1);
  EXPECT_EQ(g.out_w, (30 + 2 - 4) / 3 + 1);
  g = geo(head + "stride,stride_w,dilation,pad,pad_bottom", "A,conv,20,30,1,1,3,4,2,3,2,1,0");
  EXPECT_EQ(g.stride_h, 2);
  EXPECT_EQ(g.stride_w, 3);
  EXPECT_EQ(g.dilation_w, 2);
  EXPECT_EQ(g.out_h, (20 + 1 - 5) / 2 + 1);
  EXPECT_EQ(g.out_w, (30 + 2 - 7) / 3 + 1);
  // same: a dilated kernel is as large as its reach.
  g = geo(head + "stride,dilation,pad", "A,conv,20,30,1,1,3,4,1,3,same");
  EXPECT_EQ(g.out_h, 20);
  EXPECT_EQ(g.pad_top, 3);
  EXPECT_EQ(g.out_w, 30);
  EXPECT_EQ(g.pad_left, 4);
  refused("# s\n" + head + "stride,pad,pad_top\nA,conv,9,9,1,1,3,3,1,same,1\n", "one or the other");
  refused("# s\n" + head + "stride,pad,pad_top\nA,conv,9,9,1,1,3,3,1,0,3\n", "pad_top is 3");
  refused("# s\n" + head + "stride,pad,dilation\nA,conv,9,9,1,1,3,3,1,0,257\n",
          "dilation is \"257\"");
  refused("# s\n" + head + "stride,pad,out_h\nA,conv,9,9,1,1,3,3,1,0,8\n",
          "out_h is 8, expected 7");
  refused("# s\n" + head + "stride_h,pad\nA,conv,9,9,1,1,3,3,1,0\n", "column missing: stride;");
  refused("# s\nlayer,name,type\nA,A,conv\n", "there twice");
}

TEST(TableForms, AMatmulIsAOneByOneConvolution) {
  ConvGeometry g = geo("name,type,M,K,N", "A,matmul,256,96,40");
  EXPECT_EQ(g.in_h, 1);
  EXPECT_EQ(g.in_w, 256);
  EXPECT_EQ(g.in_c, 96);
  EXPECT_EQ(g.out_c, 40);
  EXPECT_EQ(g.kernel_h * g.kernel_w, 1);
  EXPECT_EQ(g.macs(), 256 * 96 * 40);
  g = geo("name,type,m,k,n,batch,groups,macs", "A,matmul,10,8,6,3,4,5760");
  EXPECT_EQ(g.out_w, 30);
  EXPECT_EQ(g.groups, 4);
  EXPECT_EQ(g.in_c, 32);
  EXPECT_EQ(g.out_c, 24);
  EXPECT_EQ(g.macs(), 5760);
  g = geo("name,type,m,k,n", "A,matmul,40000,8,6");
  EXPECT_EQ(g.in_h * g.in_w, 40000);
  EXPECT_EQ(g.in_h, 4);  // 3 does not divide it
  TableOptions three;
  three.batch = 3;
  EXPECT_EQ(load_table_text("# s\nname,type,m,k,n\nA,matmul,4,5,6\n", "t.csv", three)
                .layers[0]
                .conv()
                .geo.macs(),
            3 * 4 * 5 * 6);
  refused("# s\nname,type,m,k,n\nA,matmul,16411,8,6\n", "m times batch is 16411");
  refused("# s\nname,type,m,k,n\nA,matmul,0,8,6\n", "t.csv:3: m is \"0\"");
  refused("# s\nname,type,m,k,n,stride\nA,matmul,1,8,6,1\n", "in a matmul row");
  refused("# s\nname,type,m,k\nA,matmul,1,8\n", "column missing: n; found: name, type, m, k;");
  refused("# s\nname,type,m,k,n,groups\nA,matmul,1,524288,6,4\n", "in all of either");
}

TEST(TableForms, ALayersOwnBatch) {
  const std::string table =
      "# s\nname,type,in_h,in_w,in_c,out_c,batch,macs\nA,fc,1,1,3,2,5,30\nB,fc,1,1,3,2,,6\n";
  TableOptions options;
  options.batch = 2;
  const Network net = load_table_text(table, "t.csv", options);
  EXPECT_EQ(net.layers[0].conv().geo.batch, 10);
  EXPECT_EQ(net.layers[1].conv().geo.batch, 2);
  options.batch = 1024;
  EXPECT_THROW(load_table_text(table, "t.csv", options), UserError);
}

/// The table of columns in the docs is this one.
TEST(TableForms, TheDocsHaveTheColumns) {
  std::ifstream in(UVEA_DOCS_DIR "/formats.md");
  std::stringstream docs;
  docs << in.rdbuf();
  std::string expected = "| column | also | rows | left out | value |\n|---|---|---|---|---|\n";
  for (const TableColumn& c : table_columns())
    expected += std::string("| `") + c.name + "` | " + c.also + " | " + c.rows + " | " +
                (*c.left_out == '\0' ? "must be there" : c.left_out) + " | " + c.expected + " |\n";
  EXPECT_NE(docs.str().find(expected), std::string::npos) << "docs/formats.md needs\n" << expected;
}

}  // namespace
}  // namespace uvea::nn
