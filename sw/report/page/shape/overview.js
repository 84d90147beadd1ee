// The headline and the table of layers, as uvea run prints them.

import {fixed, grouped, percent, signedPercent, withUnitPrefix} from './format.js';
import {largest} from './classes.js';

const options = (run, names) => names.map((name) => run.chip[name]);

/// {term, value} pairs.
export function headline(run, keys) {
  const [rows, cols, peRows, peCols] = options(run, ['mesh.rows', 'mesh.cols', 'cluster.pe_rows', 'cluster.pe_cols']);
  const total = run.total;
  const stalls = {};
  for (const layer of run.layers)
    for (const [key, cycles] of Object.entries(layer.stalls)) stalls[key] = (stalls[key] ?? 0) + cycles;
  const classes = largest(stalls, keys, 3).map((own) => `${own.brief} ${fixed(100 * own.share, 0)}`);
  const facts = [
    {term: 'cycles', value: grouped(total.cycles), main: true},
    {term: 'MAC occupancy', value: percent(occupancy(total, run)), main: true},
    {term: 'limited by', value: run.limited_by || '-', main: true, wide: true},
    {term: 'inferences/s', value: withUnitPrefix(total.inferences_per_second), main: true},
    {term: 'network', value: run.network},
    {term: 'batch', value: String(batchOf(run))},
    {
      term: 'chip',
      value: `${rows} x ${cols} clusters of ${peRows} x ${peCols} PEs: ${grouped(run.chip_pes)} PEs, ` +
        `${grouped(run.chip_macs)} MACs, ${run.clock_mhz} MHz`,
    },
    {term: 'DRAM', value: run.chip['dram.timing'] ?? '-'},
    {term: 'MACs', value: grouped(total.macs)},
    {term: 'effectual MACs', value: grouped(total.effectual_macs)},
    {term: 'largest classes, % of PE cycles', value: classes.join(', ') || '-'},
    {term: 'mismatches', value: grouped(total.mismatches)},
  ];
  if (!run.whole) facts.push({term: 'run', value: 'ended early: only the layers below were finished'});
  return facts;
}

export const occupancy = (of, run) =>
  of.cycles > 0 ? of.effectual_macs / (of.cycles * run.chip_macs) : 0;

/// Of a run that does not say, one image.
export const batchOf = (run) => run.batch || 1;

/// The layers and the total: {columns: [{key, label}], rows: [{key: text}]}.
export function layerTable(run, keys) {
  const overflows = run.layers.reduce((sum, layer) => sum + layer.psum_overflows, 0);
  const foreseen = run.layers.some((layer) => layer.predicted_cycles > 0);
  const columns = [
    {key: 'index', label: '#', number: true},
    {key: 'name', label: 'layer'},
    {key: 'type', label: 'type'},
    {key: 'on', label: 'on'},
    {key: 'macs', label: 'MACs', number: true},
    {key: 'cycles', label: 'cycles', number: true},
    ...(foreseen ? [{key: 'predicted', label: 'predicted', number: true}] : []),
    {key: 'occupancy', label: 'MAC occ.', number: true},
    {key: 'pes', label: 'PEs', number: true},
    {key: 'mismatches', label: 'mismatches', number: true},
    ...(overflows > 0 ? [{key: 'overflows', label: 'overflows', number: true}] : []),
    {key: 'limit', label: 'limited by'},
    {key: 'classes', label: 'largest classes, % of PE cycles'},
  ];
  const rows = run.layers.map((layer) => {
    const own = {index: String(layer.index), name: layer.name, type: layer.type, on: layer.on_chip ? 'chip' : 'host'};
    if (!layer.on_chip) return own;
    return {
      ...own,
      macs: grouped(layer.macs),
      cycles: grouped(layer.cycles),
      predicted: layer.predicted_cycles > 0 && layer.cycles > 0 ? signedPercent(layer.predicted_cycles / layer.cycles - 1) : '',
      occupancy: percent(layer.mac_occupancy),
      pes: grouped(layer.active_pes),
      mismatches: grouped(layer.mismatches),
      overflows: grouped(layer.psum_overflows),
      limit: layer.limited_by.replace(/ of PE cycles$/, ''),
      classes: largest(layer.stalls, keys, 3).map((one) => `${one.brief} ${fixed(100 * one.share, 0)}`).join(', '),
    };
  });
  rows.push({
    name: 'total',
    macs: grouped(run.total.macs),
    cycles: grouped(run.total.cycles),
    occupancy: percent(occupancy(run.total, run)),
    mismatches: grouped(run.total.mismatches),
    overflows: grouped(overflows),
    limit: run.limited_by.replace(/ of PE cycles$/, ''),
    total: true,
  });
  return {columns, rows};
}
