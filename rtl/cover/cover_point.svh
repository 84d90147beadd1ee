// A cover point: counted at each clock edge out of reset at which `what` holds.
`ifndef UVEA_POINT
`define UVEA_POINT(name, what) name: cover property (@(posedge clk_i) rst_ni && (what));
`endif
// Cover modules look at parts of what they are given, and at a reset that the RTL takes asynchronously.
// verilator lint_off UNUSEDSIGNAL
// verilator lint_off SYNCASYNCNET
