// Cover points of the whole dense PE: modes and streams.
`include "cover_point.svh"

module dense_pe_cover #(
    parameter PORTS = 3
) (
    input wire             clk_i,
    input wire             rst_ni,
    input wire             signed_q,
    input wire             double_q,
    input wire             two_banks,
    input wire             slot,
    input wire             scan_place,
    input wire [PORTS-1:0] iact_valid_i,
    input wire [PORTS-1:0] iact_ready_o,
    input wire             weight_valid_i,
    input wire             weight_ready_o,
    input wire             psum_in_valid_i,
    input wire             psum_in_ready_o,
    input wire             psum_out_valid_o,
    input wire             psum_out_ready_i,
    input wire             pass,
    input wire             idle_retires
);
  // A mode counts when there is a slot in it.
  `UVEA_POINT(mode_signed, slot && signed_q)
  `UVEA_POINT(mode_unsigned, slot && !signed_q)
  `UVEA_POINT(mode_one_weight_buffer, slot && !double_q)
  `UVEA_POINT(mode_two_weight_buffers, slot && double_q && scan_place)
  `UVEA_POINT(mode_one_psum_bank, slot && !two_banks)
  `UVEA_POINT(mode_two_psum_banks, slot && two_banks)

  `UVEA_POINT(stall_iact, (iact_valid_i & ~iact_ready_o) != 0)
  `UVEA_POINT(stall_weight, weight_valid_i && !weight_ready_o)
  `UVEA_POINT(stall_psum_in, psum_in_valid_i && !psum_in_ready_o)
  `UVEA_POINT(stall_psum_out, psum_out_valid_o && !psum_out_ready_i)
  `UVEA_POINT(psums_pass, pass && psum_out_valid_o && psum_out_ready_i)
  `UVEA_POINT(idle_epoch_retires, idle_retires)
  `UVEA_POINT(all_streams_and_a_slot, slot && (iact_valid_i & iact_ready_o) != 0 && weight_valid_i &&
              weight_ready_o && psum_out_valid_o && psum_out_ready_i)
endmodule

bind dense_pe dense_pe_cover #(.PORTS(PORTS)) i_cover (.*);
