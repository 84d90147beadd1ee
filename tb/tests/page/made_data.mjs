// Page data that no chip made, for tests of what figures make of it.

export const keys = [
  {key: 'mac_useful', class: 'mac_useful', brief: 'MAC', words: 'useful MACs', place: '', help: ''},
  {key: 'wait_iact.dram_latency', class: 'wait_iact', brief: 'iact', words: 'waiting for iacts', place: 'DRAM latency', help: ''},
  {key: 'wait_iact.hop', class: 'wait_iact', brief: 'iact', words: 'waiting for iacts', place: 'hop', help: ''},
  {key: 'imbalance', class: 'imbalance', brief: 'imbalance', words: 'imbalance', place: '', help: ''},
];

const step = (name, cycles, macs) => ({step: name, cycles, macs_per_cycle: macs / cycles, limit: `${name} limits`});

export function chipLayer(index, name, cycles, changes = {}) {
  return {
    index, name, type: 'conv', on_chip: true, macs: 1000 * index, effectual_macs: 400 * index, cycles, active_pes: 4,
    predicted_cycles: 1.1 * cycles, lower_bound_cycles: 0.8 * cycles,
    mismatches: 0, psum_overflows: 0, mac_occupancy: (400 * index) / (cycles * 8), limited_by: 'psum drain, 41 % of PE cycles',
    stalls: {mac_useful: cycles, 'wait_iact.dram_latency': 2 * cycles, 'wait_iact.hop': 0, imbalance: cycles},
    counters: {
      dram_read_bytes: 300, dram_write_bytes: 100, glb_iact_reads: 5, glb_iact_writes: 6, glb_psum_reads: 7, glb_psum_writes: 8,
      noc_iact_words: 99, noc_iact_word_hops: 10, noc_weight_word_hops: 20, noc_psum_word_hops: 30,
      spad_iact_reads: 1, spad_iact_writes: 2, spad_iact_addr_reads: 3, spad_weight_reads: 4, spad_psum_reads: 5, spad_psum_writes: 6,
    },
    eyexam: [step('layer shape', 1, 40), step('dataflow', 10, 40), step('access pattern', 40, 40)],
    utilisation: {PE: {count: 4, busy: 0.25, busiest: 0.25, held: 0}},
    ...changes,
  };
}

export const hostLayer = (index) => ({
  ...chipLayer(index, 'softmax', 0), type: 'softmax', on_chip: false, predicted_cycles: 0, lower_bound_cycles: 0, macs: 0, effectual_macs: 0, mac_occupancy: 0,
  limited_by: '', stalls: {mac_useful: 0, 'wait_iact.dram_latency': 0, 'wait_iact.hop': 0, imbalance: 0}, eyexam: [], utilisation: {},
});

/// Two clusters side by side of two PEs each, with a pair of links between them.
export function madeRun(layers = [chipLayer(1, 'first', 100), chipLayer(2, 'second', 300), hostLayer(3)]) {
  const chip = layers.filter((layer) => layer.on_chip);
  const sum = (key) => layers.reduce((all, layer) => all + layer[key], 0);
  return {
    path: 'made', uvea: '0', network: 'made', batch: sum('cycles') > 0 ? 16 : 0, whole: true, chip_pes: 4, chip_macs: 8, clock_mhz: 200, limited_by: 'imbalance, 60 % of PE cycles',
    chip: {
      'mesh.rows': '1', 'mesh.cols': '2', 'cluster.pe_rows': '1', 'cluster.pe_cols': '2', 'control.dma_burst_bytes': '64',
      'glb.iact_banks': '1', 'control.dma_outstanding': '16', 'control.dma_line_bytes': '0', 'dram.timing': 'ideal', 'dram.ideal_latency_cycles': '20',
      'dram.bus_bytes': '8', 'dram.channels': '2', 'dram.tck_ns': '0.625',
    },
    total: {
      macs: sum('macs'), effectual_macs: sum('effectual_macs'), cycles: sum('cycles'), mismatches: 0,
      inferences_per_second: sum('cycles') > 0 ? (2e8 / sum('cycles')) * 16 : 0,
    },
    layers,
    paths: {
      pes: [0, 1].flatMap((col) => [0, 1].map((k) => `chip.cluster_0_${col}.pes.pe_0_${k}`)),
      parts: [
        {path: 'chip.cluster_0_0.iact_router_0.out_east', kind: 'iact link'},
        {path: 'chip.cluster_0_0.iact_router_1.out_east', kind: 'iact link'},
        {path: 'chip.cluster_0_1.iact_router_0.out_west', kind: 'iact link'},
        {path: 'chip.cluster_0_1.iact_router_0.out_pe', kind: 'iact router port'},
      ],
    },
    held_by: ['', 'the slowest receiver'],
    resources: chip.map((layer) => ({
      index: layer.index,
      stalls: {
        mac_useful: [1, 2, 3, 4].map((part) => (part * layer.cycles) / 10),
        wait_iact: [9, 8, 7, 6].map((part) => (part * layer.cycles) / 10),
      },
      busy: [10, 30, 0, 50], held: [0, 0, 5, 0], held_by: [0, 0, 1, 0],
    })),
  };
}
