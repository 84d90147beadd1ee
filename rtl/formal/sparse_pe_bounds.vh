// Bounds inside the PE, read from its registers by their names after flattening.
(* hierconn *) wire [5:0] \dut.i_receive.entries_used ;
(* hierconn *) wire [5:0] \dut.i_receive.segments_used ;
(* hierconn *) wire \dut.i_issue.fire ;
(* hierconn *) wire [4:0] \dut.free_segments ;
(* hierconn *) wire [4:0] \dut.free_entries ;
(* hierconn *) wire [4:0] \dut.i_iact_spads.resident ;
(* hierconn *) wire [4:0] \dut.i_iact_spads.released ;
(* hierconn *) wire [3:0] \dut.i_iact_spads.advance ;
(* hierconn *) wire \dut.i_iact_spads.go ;
(* hierconn *) wire \dut.i_issue.work ;
(* hierconn *) wire \dut.i_issue.w_valid ;
(* hierconn *) wire \dut.i_issue.i_valid ;
(* hierconn *) wire \dut.i_issue.i_ends ;
(* hierconn *) wire \dut.i_issue.load ;
(* hierconn *) wire [1:0] \dut.i_epochs.used ;
(* hierconn *) wire \dut.i_epochs.writing ;
(* hierconn *) wire \dut.i_epochs.idle_ends ;
(* hierconn *) wire \dut.i_epochs.oldest ;
(* hierconn *) wire \dut.i_epochs.retire ;
(* hierconn *) wire \dut.i_epochs.issued_both_i ;
(* hierconn *) wire \dut.i_epochs.scanning ;
(* hierconn *) wire \dut.i_epochs.scan_chunk_i ;
(* hierconn *) wire \dut.i_epochs.rx_begin_i ;
(* hierconn *) wire \dut.i_epochs.rx ;
(* hierconn *) wire [23:0] \dut.i_epochs.to_begin[0] ;
(* hierconn *) wire [23:0] \dut.i_epochs.to_begin[1] ;
(* hierconn *) wire [23:0] \dut.i_epochs.to_finish[0] ;
(* hierconn *) wire [23:0] \dut.i_epochs.to_finish[1] ;
(* hierconn *) wire \dut.configure ;
(* hierconn *) wire \dut.two_banks ;
(* hierconn *) wire \dut.bank ;
(* hierconn *) wire \dut.bank_free ;
(* hierconn *) wire \dut.bank_take ;
(* hierconn *) wire \dut.bank_full ;
(* hierconn *) wire [6:0] \dut.bank_last ;
(* hierconn *) wire \dut.write0 ;
(* hierconn *) wire \dut.write1 ;
(* hierconn *) wire [6:0] \dut.write0_addr ;
(* hierconn *) wire [6:0] \dut.write1_addr ;
(* hierconn *) wire [1:0] \dut.wb_done ;
(* hierconn *) wire \dut.i_psums.last_beat ;
(* hierconn *) wire [1:0] \dut.i_psums.busy ;
(* hierconn *) wire \dut.pass ;
(* hierconn *) wire \dut.passed ;
(* hierconn *) wire \dut.forward_o ;
wire fire = \dut.i_issue.fire ;
wire [5:0] b_segments = csc ? SEGMENTS : 15;

always @* begin
  if (rst_ni) begin
    // iact SPads: within their sizes, and nothing given back that was not there
    assert (\dut.i_receive.entries_used <= ENTRIES);
    assert (\dut.i_receive.segments_used <= b_segments);
    if (fire) begin
      assert ({1'b0, \dut.free_entries } <= \dut.i_receive.entries_used );
      assert ({1'b0, \dut.free_segments } <= \dut.i_receive.segments_used );
    end
    // the ring of segments
    assert (\dut.i_iact_spads.resident <= \dut.i_receive.segments_used +
            \dut.i_iact_spads.released );
    if (\dut.i_iact_spads.go )
      assert ({1'b0, \dut.i_iact_spads.advance } <= \dut.i_iact_spads.resident );
    // waiting register and issue stage
    if (\dut.i_issue.work && \dut.i_issue.w_valid ) assert (\dut.i_issue.i_ends );
    if (\dut.i_issue.load && \dut.i_issue.i_valid ) assert (\dut.i_issue.i_ends );
    // places of epochs
    if (w_head) assert (!\dut.i_epochs.used [\dut.i_epochs.writing ]);
    if (w_head && !double) assert (\dut.i_epochs.used == 2'b00);
    if (\dut.i_epochs.retire ) assert (\dut.i_epochs.used [\dut.i_epochs.oldest ]);
    if (\dut.i_epochs.issued_both_i ) assert (\dut.i_epochs.used == 2'b11);
    if (\dut.i_epochs.rx_begin_i )
      assert ((\dut.i_epochs.rx ? \dut.i_epochs.to_begin[1] : \dut.i_epochs.to_begin[0] ) != 0);
    if (\dut.i_epochs.scan_chunk_i )
      assert ((\dut.i_epochs.scanning ? \dut.i_epochs.to_finish[1] : \dut.i_epochs.to_finish[0] ) != 0);
  end
end

psum_rules #(
    .ASSUME(0),
    .PSUMS(PSUMS)
) i_psum_use (
    .clk_i(clk_i),
    .rst_ni(rst_ni),
    .m0_i(m0),
    .two_banks_i(\dut.two_banks ),
    .restart_i(\dut.configure ),
    .bank_i(\dut.bank ),
    .bank_free_i(\dut.bank_free ),
    .bank_take_i(\dut.bank_take ),
    .bank_full_i(\dut.bank_full ),
    .bank_last_i(\dut.bank_last ),
    .write0_i(\dut.write0 ),
    .write1_i(\dut.write1 ),
    .write0_addr_i(\dut.write0_addr ),
    .write1_addr_i(\dut.write1_addr ),
    .done_i(\dut.wb_done ),
    .leaves_i(\dut.i_psums.last_beat ),
    .pass_i(\dut.pass ),
    .passed_i(\dut.passed )
);
