// What resources.json says of PEs and links, in the mesh's shape: {columns, rows, summary}.

import {grouped, percent} from './format.js';

const place = /cluster_(\d+)_(\d+)\b.*\bpe_(\d+)_(\d+)$/;
const link = /cluster_(\d+)_(\d+)\.(iact|weight|psum)_router_(\d+)\.out_(north|south|west|east)$/;
const step = {north: [-1, 0], south: [1, 0], west: [0, -1], east: [0, 1]};

const sum = (values) => values.reduce((a, b) => a + b, 0);

/// Each PE's share of the layer's cycles in a class; `kind`: the class's key.
export function peArray(run, own, kind, words) {
  const cycles = own.layer.cycles;
  const rows = run.paths.pes.flatMap((path, i) => {
    const at = place.exec(path);
    if (!at) return [];
    const [row, col, peRow, peCol] = at.slice(1).map(Number);
    const spent = sum(own.resources.map((layer) => layer.stalls[kind]?.[i] ?? 0));
    return [{row, col, pe_row: peRow, pe_col: peCol, cycles: spent, share: cycles > 0 ? spent / cycles : 0}];
  });
  const shares = rows.map((one) => one.share);
  return {
    columns: [
      {key: 'row', label: 'cluster row'},
      {key: 'col', label: 'cluster column'},
      {key: 'pe_row', label: 'PE row'},
      {key: 'pe_col', label: 'PE column'},
      {key: 'cycles', label: `cycles: ${words}`, unit: 'cycles'},
      {key: 'share', label: 'of the cycles', unit: 'share'},
    ],
    rows,
    words,
    summary: rows.length > 0
      ? `${rows.length} PEs, ${words}: ${percent(Math.min(...shares))} to ${percent(Math.max(...shares))} of the cycles, ` +
        `mean ${percent(sum(shares) / rows.length)}.`
      : 'This run tells nothing of single PEs: an older uvea wrote it.',
  };
}

/// The links between neighbouring clusters, those side by side taken together. `data`: iact, weight
/// or psum; `what`: busy (a word moved) or held (one stood there).
export function nocLinks(run, own, data, what) {
  const links = new Map();
  run.paths.parts.forEach((part, i) => {
    const at = link.exec(part.path);
    if (!at || at[3] !== data) return;
    const [row, col] = [Number(at[1]), Number(at[2])];
    const key = `${row} ${col} ${at[5]}`;
    const [down, right] = step[at[5]];
    if (!links.has(key))
      links.set(key, {row, col, to_row: row + down, to_col: col + right, direction: at[5], links: 0, cycles: 0, most: 0});
    const one = links.get(key);
    const spent = sum(own.resources.map((layer) => layer[what][i] ?? 0));
    one.links += 1;
    one.cycles += spent;
    one.most = Math.max(one.most, spent);
  });
  const all = own.layer.cycles;
  const rows = [...links.values()].map(({most, ...one}) => ({
    ...one,
    share: all > 0 ? one.cycles / (all * one.links) : 0,
    busiest: all > 0 ? most / all : 0,
  }));
  const top = rows.reduce((a, b) => (b.busiest > a.busiest ? b : a), rows[0]);
  return {
    columns: [
      {key: 'row', label: 'from cluster row'},
      {key: 'col', label: 'column'},
      {key: 'direction', label: 'to the'},
      {key: 'links', label: 'links side by side', unit: 'links'},
      {key: 'cycles', label: `cycles ${what}, all of them`, unit: 'cycles'},
      {key: 'share', label: `${what}, mean`, unit: 'share'},
      {key: 'busiest', label: `${what}, the busiest`, unit: 'share'},
    ],
    rows,
    summary: top
      ? `${grouped(sum(rows.map((one) => one.links)))} ${data} links. Most ${what}: from cluster ${top.row},${top.col} to the ` +
        `${top.direction}, ${percent(top.busiest)} of the cycles.`
      : `The chip of this run has no ${data} links between clusters.`,
  };
}

/// The ports, links, banks and channels that were busy or held longest.
export function busiest(run, own, most = 12) {
  const cycles = own.layer.cycles;
  const rows = run.paths.parts
    .map((part, i) => {
      const holder = own.resources.map((layer) => run.held_by[layer.held_by[i] ?? 0]).find(Boolean) ?? '';
      const of = (what) => sum(own.resources.map((layer) => layer[what][i] ?? 0));
      return {path: part.path, kind: part.kind, busy: of('busy'), held: of('held'), held_by: holder};
    })
    .filter((one) => one.busy + one.held > 0)
    .sort((a, b) => Math.max(b.busy, b.held) - Math.max(a.busy, a.held))
    .slice(0, most)
    .map((one) => ({...one, busy_share: one.busy / cycles, held_share: one.held / cycles}));
  return {
    columns: [
      {key: 'path', label: 'busiest and longest held'},
      {key: 'kind', label: 'kind'},
      {key: 'busy_share', label: 'busy', unit: 'share'},
      {key: 'held_share', label: 'held', unit: 'share'},
      {key: 'held_by', label: 'by'},
    ],
    rows,
    summary: rows.length > 0 ? `Most: ${rows[0].path}.` : 'Nothing was busy.',
  };
}
