// A synchronous SRAM: one write port, one read port. A read gives the word one cycle later and
// holds it until the next read. Reading a word in the cycle in which it is written gives the old
// one. No reset of the contents.
module sram_1r1w #(
    parameter WORDS     = 96,
    parameter BITS      = 24,
    parameter ADDR_BITS = 8
) (
    input  wire                 clk_i,
    input  wire                 write_i,
    input  wire [ADDR_BITS-1:0] write_addr_i,
    input  wire [     BITS-1:0] write_data_i,
    input  wire                 read_i,
    input  wire [ADDR_BITS-1:0] read_addr_i,
    output reg  [     BITS-1:0] read_data_o
);
  reg [BITS-1:0] mem[0:WORDS-1];

  always @(posedge clk_i) begin
    if (write_i) mem[write_addr_i] <= write_data_i;
    if (read_i) read_data_o <= mem[read_addr_i];
  end
endmodule
