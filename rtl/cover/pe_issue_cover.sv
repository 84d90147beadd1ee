// Cover points of examine and issue: what a slot waits for, where it goes, where its mark goes.
`include "cover_point.svh"

module pe_issue_cover (
    input wire       clk_i,
    input wire       rst_ni,
    input wire       csc_i,
    input wire       x_valid,
    input wire       x_first,
    input wire       x_last,
    input wire       x_empty,
    input wire       x_epoch_last,
    input wire [6:0] x_cycles,
    input wire       bank_free_i,
    input wire       fire,
    input wire       work,
    input wire       w_valid,
    input wire [1:0] w_issued,
    input wire       i_valid,
    input wire       i_ends,
    input wire       i_open,
    input wire [1:0] i_done,
    input wire [1:0] i_issued,
    input wire       lone_mark,
    input wire       mark_on,
    input wire       single,
    input wire       last_alone,
    input wire       step,
    input wire [1:0] i_place,
    input wire       issued_both_o
);
  `UVEA_POINT(slot_waits_for_a_bank, x_valid && x_first && !bank_free_i)
  `UVEA_POINT(slot_waits_for_the_waiting_register, x_valid && (!x_first || bank_free_i) && w_valid &&
              !i_ends)
  `UVEA_POINT(slot_waits_for_both, x_valid && x_first && !bank_free_i && w_valid && !i_ends)
  `UVEA_POINT(slot_empty, fire && x_empty)
  `UVEA_POINT(slot_of_an_empty_column, fire && !x_empty && x_cycles == 7'd0)
  `UVEA_POINT(work_straight_to_issue, work && i_open && !w_valid)
  `UVEA_POINT(work_waits, work && !w_valid && !i_open)
  `UVEA_POINT(work_follows_into_waiting, work && w_valid && i_ends)
  `UVEA_POINT(issue_without_a_pause, work && i_ends && !w_valid)

  // --- marks ------------------------------------------------------------------------------------
  `UVEA_POINT(mark_with_its_own_work, work && x_last)
  `UVEA_POINT(mark_alone, lone_mark)
  `UVEA_POINT(mark_alone_behind_an_issue, lone_mark && i_valid)
  `UVEA_POINT(mark_on_waiting, mark_on && w_valid)
  `UVEA_POINT(mark_on_issue, mark_on && !w_valid)
  `UVEA_POINT(epoch_mark_with_its_own_work, work && x_epoch_last)
  `UVEA_POINT(epoch_mark_alone, lone_mark && x_epoch_last)
  `UVEA_POINT(epoch_mark_on_waiting, mark_on && x_epoch_last && w_valid)
  `UVEA_POINT(epoch_mark_on_issue, mark_on && x_epoch_last && !w_valid)
  `UVEA_POINT(two_chunks_end_at_once, i_ends && i_done == 2'b11)
  `UVEA_POINT(two_epochs_end_at_once, issued_both_o)
  `UVEA_POINT(second_epoch_on_waiting, mark_on && x_epoch_last && w_valid && w_issued != 2'd0)
  `UVEA_POINT(second_epoch_on_issue, mark_on && x_epoch_last && !w_valid && i_issued != 2'd0)

  // --- steps ------------------------------------------------------------------------------------
  `UVEA_POINT(csc_second_half_on_the_single_lane, step && csc_i && single && i_place == 2'd1)
  `UVEA_POINT(csc_last_weight_alone, step && csc_i && !single && last_alone)
  `UVEA_POINT(raw_third_value_on_the_single_lane, step && !csc_i && single && i_place == 2'd2)
  `UVEA_POINT(raw_third_value_with_the_next_word, step && !csc_i && !single && i_place == 2'd2 &&
              !last_alone)
  `UVEA_POINT(raw_third_value_alone, step && !csc_i && !single && i_place == 2'd2 && last_alone)
  `UVEA_POINT(raw_second_and_third_value, step && !csc_i && !single && i_place == 2'd1)
endmodule

bind pe_issue pe_issue_cover i_cover (.*);
