// Rules that one module keeps and its neighbour relies on: assumed where that neighbour is proved,
// asserted where the whole PE is.
`define RULE(condition) if (ASSUME != 0) assume (condition); else assert (condition);
