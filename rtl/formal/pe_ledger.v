// What a PE owes, from its streams alone: which chunk it waits for, which psum burst leaves next and
// how many psums it has. Two queues of epochs, from their second word on: those whose chunks are to come,
// until the last one has begun; those whose psums are to leave, until the last one has left. A queue
// of chunks (those not dropped), from their first word on until they have left.
module pe_ledger #(
    parameter EPOCHS = 4,  // with psums to leave: two are held, two may have retired
    parameter CHUNKS = 8
) (
    input  wire       clk_i,
    input  wire       rst_ni,
    // an epoch is known
    input  wire       known_i,
    input  wire       null_i,
    input  wire       idle_i,
    input  wire       psum_in_i,
    input  wire [6:0] tag_i,
    input  wire [7:0] chunks_i,
    // a chunk's first word is taken
    input  wire       head_i,
    input  wire       row_last_i,
    input  wire [6:0] psums_i,
    // a beat leaves
    input  wire       out_i,
    input  wire       out_last_i,
    // the chunk that is waited for
    output wire       rx_any_o,
    output wire       rx_idle_o,
    output wire [6:0] rx_tag_o,
    output wire       rx_ends_o,      // the epoch's last one
    // the burst that leaves next
    output wire       out_any_o,
    output wire       out_null_o,
    output wire       out_psum_in_o,
    output wire [6:0] out_psums_o,
    output wire       out_known_o,    // its chunk has begun to come in
    output wire       overflow_o,     // more epochs or chunks than there can be
    output wire       room_o          // for one more chunk
);
  reg [1:0] rx_count;  // at most two expect chunks
  reg [1:0] rx_idle;
  reg [6:0] rx_tag[0:1];
  reg [7:0] to_begin[0:1];
  reg [3:0] epochs;
  reg [EPOCHS-1:0] is_null, psum_in;
  reg [7:0] to_leave[0:EPOCHS-1];
  reg [3:0] chunks;
  reg [6:0] size[0:CHUNKS-1];

  assign rx_any_o = rx_count != 2'd0;
  assign rx_idle_o = rx_idle[0];
  assign rx_tag_o = rx_tag[0];
  assign rx_ends_o = to_begin[0] == 8'd1;
  assign out_any_o = epochs != 4'd0;
  assign out_null_o = is_null[0];
  assign out_psum_in_o = psum_in[0];
  assign out_psums_o = size[0];
  assign out_known_o = chunks != 4'd0;
  assign room_o = chunks < CHUNKS;

  wire rx_comes = known_i && (!null_i || idle_i) && chunks_i != 8'd0;
  wire rx_goes = head_i && rx_ends_o;
  wire out_comes = known_i && !idle_i;
  wire leaves = out_i && out_last_i;
  wire out_goes = leaves && to_leave[0] == 8'd1;
  wire chunk_comes = head_i && !rx_idle_o;
  wire chunk_goes = leaves && !out_null_o;
  assign overflow_o = (rx_comes && rx_count == 2'd2) || (out_comes && epochs >= EPOCHS);

  wire [1:0] rx_put = rx_count - {1'b0, rx_goes};
  wire [3:0] out_put = epochs - {3'd0, out_goes};
  wire [3:0] chunk_put = chunks - {3'd0, chunk_goes};
  integer i, from;
  always @(posedge clk_i) begin
    if (!rst_ni) begin
      rx_count <= 2'd0;
      epochs   <= 4'd0;
      chunks   <= 4'd0;
    end else begin
      rx_count <= rx_put + {1'b0, rx_comes};
      epochs   <= out_put + {3'd0, out_comes};
      chunks   <= chunk_put + {3'd0, chunk_comes};
    end
    for (i = 0; i < 2; i = i + 1) begin
      if (rx_comes && rx_put == i) begin
        rx_idle[i]  <= idle_i;
        rx_tag[i]   <= tag_i;
        to_begin[i] <= chunks_i;
      end else if (rx_goes) begin
        rx_idle[i]  <= rx_idle[1];
        rx_tag[i]   <= rx_tag[1];
        to_begin[i] <= to_begin[1];
      end else if (i == 0 && head_i) begin
        rx_tag[0]   <= rx_tag[0] + {6'd0, row_last_i};
        to_begin[0] <= to_begin[0] - 8'd1;
      end
    end
    for (i = 0; i < EPOCHS; i = i + 1) begin
      from = i + 1 < EPOCHS ? i + 1 : i;
      if (out_comes && out_put == i) begin
        is_null[i]  <= null_i;
        psum_in[i]  <= psum_in_i;
        to_leave[i] <= chunks_i;
      end else if (out_goes) begin
        is_null[i]  <= is_null[from];
        psum_in[i]  <= psum_in[from];
        to_leave[i] <= to_leave[from];
      end else if (i == 0 && leaves) begin
        to_leave[0] <= to_leave[0] - 8'd1;
      end
    end
    for (i = 0; i < CHUNKS; i = i + 1) begin
      from = i + 1 < CHUNKS ? i + 1 : i;
      if (chunk_comes && chunk_put == i) size[i] <= psums_i;
      else if (chunk_goes) size[i] <= size[from];
    end
  end
endmodule
