// The links between clusters as arrows in the mesh's shape; how thick and dark, how busy.

import {fixed, grouped, percent} from '../shape/format.js';
import {width} from './bars.js';
import {heatScale, topOf} from './heat.js';
import {element, figureSvg, words} from './svg.js';

const box = {width: 104, height: 30};
const apart = {x: 150, y: 58};
const widest = 240;

export function drawLinks(id, title, {rows, summary}, label) {
  const most = (from, to) => Math.max(...rows.flatMap((row) => [row[from], row[to]])) + 1;
  const [meshRows, meshCols] = [most('row', 'to_row'), most('col', 'to_col')];
  const strongest = topOf(rows.map((row) => row.share));
  const between = Math.max(apart.x, Math.min(widest, (width - 20 - meshCols * box.width) / Math.max(1, meshCols - 1)));
  const scale = Math.min(1, (width - 20) / (meshCols * (box.width + between) - between));
  const node = element('g', {transform: `scale(${scale})`});
  const x = (col) => 10 + col * (box.width + between) + box.width / 2;
  const y = (row) => 10 + row * (box.height + apart.y) + box.height / 2;
  for (const row of rows) node.append(...arrow(id, row, row.share / strongest, x, y));
  for (let r = 0; r < meshRows; ++r)
    for (let c = 0; c < meshCols; ++c)
      node.append(
        element('rect', {
          x: x(c) - box.width / 2, y: y(r) - box.height / 2, width: box.width, height: box.height, rx: 4,
          fill: 'var(--panel)', stroke: 'currentColor',
        }),
        words(`cluster ${r},${c}`, x(c), y(r) + 4, {'text-anchor': 'middle'}),
      );
  const head = element(
    'marker',
    {id: `${id}-head`, viewBox: '0 0 10 10', refX: 9, refY: 5, markerWidth: 11, markerHeight: 11, markerUnits: 'userSpaceOnUse', orient: 'auto'},
    element('path', {d: 'M0,0 L10,5 L0,10 z', fill: 'var(--ink)'}),
  );
  const height = scale * (20 + meshRows * (box.height + apart.y) - apart.y) + 10;
  return figureSvg({
    id, title, description: summary, width, patterns: [head],
    parts: [heatScale(label, strongest), {node, height}],
  });
}

/// `part`: of the strongest. Two ways between the same clusters run beside each other.
function arrow(id, row, part, x, y) {
  const across = row.row === row.to_row;
  const side = {north: 14, south: -14, west: 8, east: -8}[row.direction];
  const from = {x: x(row.col) + (across ? 0 : side), y: y(row.row) + (across ? side : 0)};
  const to = {x: x(row.to_col) + (across ? 0 : side), y: y(row.to_row) + (across ? side : 0)};
  const way = Math.sign(across ? to.x - from.x : to.y - from.y);
  const edge = (across ? box.width : box.height) / 2;
  if (across) {
    from.x += way * edge;
    to.x -= way * edge;
  } else {
    from.y += way * edge;
    to.y -= way * edge;
  }
  const d = `M${from.x},${from.y} L${to.x},${to.y}`;
  const busy = element('path', {
    class: 'mark', d, fill: 'none', stroke: 'var(--heat)', 'stroke-width': 3 + 11 * part,
    'stroke-opacity': 0.15 + 0.85 * part,
  });
  busy.append(element('title', {}, `cluster ${row.row},${row.col} to the ${row.direction}: ${percent(row.share)}, the busiest of ${row.links} ${percent(row.busiest)}, ${grouped(row.cycles)} cycles`));
  const middle = {x: (from.x + to.x) / 2, y: (from.y + to.y) / 2};
  const anchor = across ? 'middle' : row.direction === 'north' ? 'start' : 'end';
  const label = words(
    fixed(100 * row.share, 0),
    middle.x + (across ? 0 : row.direction === 'north' ? 8 : -8),
    middle.y + (across ? (row.direction === 'east' ? -6 : 14) : 4),
    {'text-anchor': anchor, 'font-size': 11},
  );
  return [busy, element('path', {d, fill: 'none', stroke: 'var(--ink)', 'stroke-width': 1, 'marker-end': `url(#${id}-head)`}), label];
}
