// Cover points of the epochs: how they come, what they wait for, how they retire.
`include "cover_point.svh"

module pe_epochs_cover #(
    parameter WORD_BITS = 24
) (
    input wire                 clk_i,
    input wire                 rst_ni,
    input wire                 active_i,
    input wire                 csc_i,
    input wire                 double_i,
    input wire                 weight_valid_i,
    input wire [WORD_BITS-1:0] weight_data_i,
    input wire [          1:0] state,
    input wire [          1:0] used,
    input wire [          1:0] known,
    input wire [          1:0] idle_q,
    input wire [          1:0] null_q,
    input wire [          1:0] complete,
    input wire [          6:0] tag[0:1],
    input wire [         23:0] to_finish[0:1],
    input wire                 oldest,
    input wire                 writing,
    input wire                 scanning,
    input wire                 free,
    input wire                 head,
    input wire                 chunks,
    input wire                 finish,
    input wire                 rx,
    input wire                 rx_ok_o,
    input wire                 rx_begin_i,
    input wire                 rx_row_ends_i,
    input wire                 rx_drop_ends_i,
    input wire                 drop_last,
    input wire                 scan_ok_o,
    input wire                 pass_o,
    input wire                 passed_i,
    input wire                 pass_ends,
    input wire                 idle_ends,
    input wire                 issued_i,
    input wire                 issued_both_i,
    input wire                 retire
);
  localparam [1:0] HEAD = 2'd0;

  // --- weight stream ----------------------------------------------------------------------------
  `UVEA_POINT(weights_wait_for_the_one_buffer, weight_valid_i && active_i && !double_i &&
              state == HEAD && !free)
  `UVEA_POINT(weights_wait_for_one_of_two_buffers, weight_valid_i && active_i && double_i &&
              state == HEAD && !free)
  `UVEA_POINT(gap_in_burst, state != HEAD && !weight_valid_i)
  `UVEA_POINT(weights_without_data_words, head && !weight_data_i[22] && weight_data_i[16:9] == 8'd0)
  `UVEA_POINT(second_epoch_comes_while_first_is_examined, finish && scan_ok_o)
  `UVEA_POINT(head_in_the_cycle_of_a_retirement, head && retire)

  // --- receive side -----------------------------------------------------------------------------
  `UVEA_POINT(iacts_before_the_weights_are_complete, rx_begin_i && !complete[rx])
  `UVEA_POINT(iacts_of_the_younger_epoch, rx_begin_i && rx != oldest)
  `UVEA_POINT(iacts_pass_over_a_null_epoch, rx_begin_i && rx != oldest && known[oldest] &&
              null_q[oldest] && !idle_q[oldest])
  `UVEA_POINT(nobody_expects_iacts, known == 2'b11 && !rx_ok_o)
  `UVEA_POINT(tag_wraps, rx_begin_i && rx_row_ends_i && tag[rx] == 7'd127)
  `UVEA_POINT(drop_ends_and_more_follow, rx_drop_ends_i && !drop_last)

  // --- epochs -----------------------------------------------------------------------------------
  `UVEA_POINT(null_passes_a_burst, pass_o && passed_i && !pass_ends)
  `UVEA_POINT(null_retires, pass_ends)
  `UVEA_POINT(null_waits_for_older_epochs, complete[!oldest] && used == 2'b11 && null_q[!oldest] &&
              !idle_q[!oldest])
  `UVEA_POINT(idle_retires, idle_ends)
  `UVEA_POINT(idle_without_chunks, chunks && idle_q[writing] && weight_data_i == 0)
  `UVEA_POINT(idle_without_chunks_retires, idle_ends && to_finish[oldest] == 24'd0)
  `UVEA_POINT(idle_with_chunks_retires, idle_ends && to_finish[oldest] != 24'd0)
  `UVEA_POINT(idle_waits_for_older_epochs, used == 2'b11 && complete[!oldest] && idle_q[!oldest])
  `UVEA_POINT(weights_retire, issued_i)
  `UVEA_POINT(two_epochs_retire_at_once, issued_both_i)
  `UVEA_POINT(examined_ahead_of_retirement, used[oldest] && scanning != oldest && scan_ok_o)
endmodule

bind pe_epochs pe_epochs_cover #(.WORD_BITS(WORD_BITS)) i_cover (.*);
