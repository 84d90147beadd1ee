// Figures with a row for each layer of a run: {columns, rows, summary}. A column: {key, label, unit}.
// Rows hold the numbers of results.json as they are.

import {fixed, grouped, percent} from './format.js';
import {classesOf, classShares} from './classes.js';
import {chipLayers, sumOf} from './layers.js';

const layerColumns = [
  {key: 'index', label: '#'},
  {key: 'name', label: 'layer'},
];
const named = (layer) => ({index: layer.index, name: layer.name});
const dramBytes = (layer) => (layer.counters.dram_read_bytes ?? 0) + (layer.counters.dram_write_bytes ?? 0);

export function cycles(run) {
  const rows = chipLayers(run).map((layer) => ({
    ...named(layer),
    cycles: layer.cycles,
    share: run.total.cycles > 0 ? layer.cycles / run.total.cycles : 0,
    limited_by: layer.limited_by,
  }));
  const top = rows.reduce((a, b) => (b.cycles > a.cycles ? b : a), rows[0]);
  return {
    columns: [
      ...layerColumns,
      {key: 'cycles', label: 'cycles', unit: 'cycles'},
      {key: 'share', label: 'of all cycles', unit: 'share'},
      {key: 'limited_by', label: 'limited by'},
    ],
    rows,
    summary: `Longest: ${top.name} with ${grouped(top.cycles)} of ${grouped(run.total.cycles)} cycles (${percent(top.share)}).`,
  };
}

/// PE cycles by class; the first row is all layers together.
export function stalls(run, keys) {
  const layers = chipLayers(run);
  const row = (layer, name) => {
    const shares = classShares(layer.stalls, keys);
    return {
      ...name,
      ...Object.fromEntries(shares.map((own) => [own.key, own.cycles])),
      all: shares.reduce((sum, own) => sum + own.cycles, 0),
    };
  };
  const known = classesOf(keys);
  const unknown = classShares(sumOf(layers).stalls, keys).filter((own) => !known.some((one) => one.key === own.key));
  const classes = [...known, ...unknown.map(({key, brief, words}) => ({key, brief, words}))];
  const whole = row(sumOf(layers), {index: '', name: 'all layers'});
  const largest = classShares(sumOf(layers).stalls, keys).sort((a, b) => b.cycles - a.cycles)[0];
  return {
    columns: [
      ...layerColumns,
      ...classes.map((own) => ({key: own.key, label: own.brief, unit: 'PE cycles', help: own.words})),
      {key: 'all', label: 'all', unit: 'PE cycles'},
    ],
    rows: [whole, ...layers.map((layer) => row(layer, named(layer)))],
    classes,
    summary: largest
      ? `Largest class over all layers: ${largest.words}, ${percent(largest.share)} of ${grouped(whole.all)} PE cycles.`
      : 'This run has no classes of PE cycles.',
  };
}

/// Layers one after the other on the time axis.
export function timeline(run) {
  let at = 0;
  const rows = chipLayers(run).map((layer) => {
    const from = at;
    at += layer.cycles;
    const bytes = dramBytes(layer);
    return {
      ...named(layer),
      from,
      to: at,
      pe_busy: layer.utilisation.PE?.busy ?? 0,
      mac_occupancy: layer.mac_occupancy,
      dram_bytes_per_cycle: layer.cycles > 0 ? bytes / layer.cycles : 0,
    };
  });
  const mean = at > 0 ? run.total.effectual_macs / (at * run.chip_macs) : 0;
  return {
    columns: [
      ...layerColumns,
      {key: 'from', label: 'from', unit: 'cycles'},
      {key: 'to', label: 'to', unit: 'cycles'},
      {key: 'pe_busy', label: 'PE busy', unit: 'share'},
      {key: 'mac_occupancy', label: 'MAC occ.', unit: 'share'},
      {key: 'dram_bytes_per_cycle', label: 'DRAM bytes/cycle', unit: 'bytes/cycle'},
    ],
    rows,
    summary: `MAC occupancy over ${grouped(at)} cycles: ${percent(mean)}. The host's layers take no time on this axis.`,
  };
}

const dataTypes = ['iact', 'weight', 'psum'];

/// The levels of uvea compare, each by data type (DRAM: by direction).
export function trafficLevels(counters) {
  const of = (name) => counters[name] ?? 0;
  const ending = (start, data, ends) =>
    Object.entries(counters)
      .filter(([name]) => name.startsWith(`${start}_${data}_`) && ends.some((end) => name.endsWith(end)))
      .reduce((sum, [, value]) => sum + value, 0);
  const byData = (start, ends) => dataTypes.map((data) => ({part: data, value: ending(start, data, ends)}));
  return [
    {key: 'dram', label: 'DRAM bytes', unit: 'bytes', parts: [
      {part: 'read', value: of('dram_read_bytes')}, {part: 'write', value: of('dram_write_bytes')}]},
    {key: 'glb', label: 'GLB words', unit: 'words', parts: byData('glb', ['_reads', '_writes'])},
    {key: 'noc', label: 'NoC words times hops', unit: 'words', parts: byData('noc', ['_word_hops'])},
    {key: 'spad', label: 'SPad accesses', unit: 'accesses', parts: byData('spad', ['_reads', '_writes'])},
  ];
}

export function traffic(run) {
  const layers = chipLayers(run);
  const flat = (levels) =>
    Object.fromEntries(levels.flatMap((level) => level.parts.map((part) => [`${level.key}_${part.part}`, part.value])));
  const levels = trafficLevels(sumOf(layers).counters);
  const sums = levels.map((level) => `${level.label} ${grouped(level.parts.reduce((sum, part) => sum + part.value, 0))}`);
  return {
    columns: [
      ...layerColumns,
      ...levels.flatMap((level) =>
        level.parts.map((part) => ({
          key: `${level.key}_${part.part}`,
          label: `${level.label}: ${part.part}`,
          unit: level.unit,
        }))),
    ],
    rows: [
      ...layers.map((layer) => ({...named(layer), ...flat(trafficLevels(layer.counters))})),
      {index: '', name: 'all layers', ...flat(levels)},
    ],
    levels: levels.map(({key, label, unit, parts}) => ({key, label, unit, parts: parts.map((part) => part.part)})),
    summary: `Over all layers: ${sums.join('; ')}.`,
  };
}

/// The most bytes a cycle that the DRAM can give the chip (docs/timing.md), and why.
export function dramRoof(run) {
  const option = (name) => Number(run.chip[name]);
  const ideal = run.chip['dram.timing'] === 'ideal';
  const line = option('control.dma_line_bytes') || option('control.dma_burst_bytes');
  const ports = option('mesh.rows') * option('mesh.cols') *
    (option('glb.iact_banks') + option('cluster.pe_rows') + option('cluster.pe_cols'));
  const bytes = ideal
    ? (line * option('control.dma_outstanding') * ports) / option('dram.ideal_latency_cycles')
    : (2 * option('dram.bus_bytes') * option('dram.channels') * 1000) / run.clock_mhz / option('dram.tck_ns');
  if (!(bytes > 0) || !Number.isFinite(bytes)) return null;
  const words = ideal
    ? `${option('control.dma_outstanding')} transactions of ${line} bytes in flight on each of ${ports} off-chip ports, ${option('dram.ideal_latency_cycles')} cycles each`
    : 'peak of the DRAM data bus';
  return {bytes, words};
}

export function roofline(run) {
  const rows = chipLayers(run)
    .map((layer) => {
      const bytes = dramBytes(layer);
      return {
        ...named(layer),
        effectual_macs: layer.effectual_macs,
        dram_bytes: bytes,
        macs_per_byte: bytes > 0 ? layer.effectual_macs / bytes : 0,
        macs_per_cycle: layer.cycles > 0 ? layer.effectual_macs / layer.cycles : 0,
      };
    });
  const roof = dramRoof(run);
  const ridge = roof && run.chip_macs / roof.bytes;
  const left = roof && rows.filter((row) => row.macs_per_byte > 0 && row.macs_per_byte < ridge).length;
  return {
    columns: [
      ...layerColumns,
      {key: 'effectual_macs', label: 'effectual MACs', unit: 'MACs'},
      {key: 'dram_bytes', label: 'DRAM bytes', unit: 'bytes'},
      {key: 'macs_per_byte', label: 'MACs/DRAM byte', unit: 'MACs/byte'},
      {key: 'macs_per_cycle', label: 'MACs/cycle', unit: 'MACs/cycle'},
    ],
    rows,
    roof,
    peak: run.chip_macs,
    summary: roof
      ? `The roof: ${fixed(roof.bytes, 1)} bytes a cycle (${roof.words}) up to ${grouped(run.chip_macs)} MACs a cycle; ` +
        `${left} of ${rows.length} layers are left of the ridge at ${fixed(ridge, 1)} MACs a byte.`
      : `The roof: ${grouped(run.chip_macs)} MACs a cycle. The run's chip options do not tell the DRAM's.`,
  };
}
