// Bounds inside the dense PE, read from its registers by their names after flattening.
(* hierconn *) wire [5:0] \dut.i_receive.entries_used ;
(* hierconn *) wire [5:0] \dut.i_receive.segments_used ;
(* hierconn *) wire [4:0] \dut.free_entries ;
(* hierconn *) wire [1:0] \dut.i_epochs.used ;
(* hierconn *) wire \dut.i_epochs.writing ;
(* hierconn *) wire \dut.i_epochs.idle_ends ;
(* hierconn *) wire \dut.i_epochs.oldest ;
(* hierconn *) wire \dut.i_epochs.retire ;
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
(* hierconn *) wire \dut.bank_free ;
(* hierconn *) wire [1:0] \dut.wb_done ;
(* hierconn *) wire \dut.i_psums.last_beat ;
(* hierconn *) wire [1:0] \dut.i_psums.busy ;
(* hierconn *) wire \dut.pass ;
(* hierconn *) wire \dut.passed ;
(* hierconn *) wire \dut.forward_o ;
(* hierconn *) wire \dut.free ;
(* hierconn *) wire \dut.slot ;
(* hierconn *) wire \dut.first ;
(* hierconn *) wire \dut.bank ;
(* hierconn *) wire \dut.scan_chunk ;
(* hierconn *) wire [6:0] \dut.base ;
(* hierconn *) wire \dut.write ;
(* hierconn *) wire [6:0] \dut.write_psum_addr ;
(* hierconn *) wire \dut.read ;
(* hierconn *) wire [7:0] \dut.read_addr ;
(* hierconn *) wire \dut.write_data ;
(* hierconn *) wire [7:0] \dut.write_at ;
(* hierconn *) wire \dut.mac_valid ;
(* hierconn *) wire \dut.mac_zero ;
(* hierconn *) wire [4:0] \dut.i_scan.resident ;
(* hierconn *) wire [3:0] \dut.i_scan.k ;
(* hierconn *) wire [4:0] \dut.i_scan.nth ;
(* hierconn *) wire [3:0] \dut.i_scan.leaving ;
(* hierconn *) wire \dut.window_o ;

always @* begin
  if (rst_ni) begin
    // iact SPad: within its size, and nothing given back that was not there
    assert (\dut.i_receive.entries_used <= ENTRIES);
    assert (\dut.i_receive.segments_used <= 15);
    if (\dut.free ) begin
      assert ({1'b0, \dut.free_entries } <= \dut.i_receive.entries_used );
      assert (\dut.i_receive.segments_used != 0);
    end
    // the ring of segments, and the loops over it
    assert (\dut.i_scan.k < window_segments && \dut.i_scan.nth < segment_len);
    if (\dut.window_o ) assert ({1'b0, \dut.i_scan.leaving } <= \dut.i_scan.resident );
    // weight SPad
    if (\dut.read ) assert (\dut.read_addr < WORDS);
    if (\dut.write_data ) assert (\dut.write_at < WORDS);
    // at rest all space has been given back
    if (config_ready)
      assert (\dut.i_receive.entries_used == 0 && \dut.i_receive.segments_used == 0);
    // places of epochs
    if (w_head) assert (!\dut.i_epochs.used [\dut.i_epochs.writing ]);
    if (w_head && !double) assert (\dut.i_epochs.used == 2'b00);
    if (\dut.i_epochs.retire ) assert (\dut.i_epochs.used [\dut.i_epochs.oldest ]);
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
    .bank_take_i(\dut.slot && \dut.first ),
    .bank_full_i(\dut.scan_chunk ),
    .bank_last_i(\dut.base ),
    .write0_i(\dut.write ),
    .write1_i(1'b0),
    .write0_addr_i(\dut.write_psum_addr ),
    .write1_addr_i(7'd0),
    .done_i(\dut.wb_done ),
    .leaves_i(\dut.i_psums.last_beat ),
    .pass_i(\dut.pass ),
    .passed_i(\dut.passed )
);
