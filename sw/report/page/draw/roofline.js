// The roofline: what a layer does with each byte from DRAM, below what the chip could do.

import {axisX, axisY, dot, gridX, gridY, line, plot, text} from '@observablehq/plot';
import {fixed, grouped, tick} from '../shape/format.js';
import {width} from './bars.js';
import {onFill} from './look.js';
import {figureSvg} from './svg.js';

const decade = (value, round) => 10 ** round(Math.log10(value));

const frame = {height: 440, left: 60, right: 24, top: 30, bottom: 44};

/// Layers whose dots lie on each other are taken together: [[row]].
function groupsOf(rows, x, y) {
  const pixels = (value, [low, high], size) => (Math.log(value / low) / Math.log(high / low)) * size;
  const groups = [];
  for (const row of rows) {
    const at = {
      row,
      x: pixels(row.macs_per_byte, x, width - frame.left - frame.right),
      y: pixels(row.macs_per_cycle, y, frame.height - frame.top - frame.bottom),
    };
    const near = groups.find((own) => own.some((other) => Math.hypot(at.x - other.x, at.y - other.y) < 14));
    if (near) near.push(at);
    else groups.push([at]);
  }
  return groups.map((own) => own.map((at) => at.row));
}

const place = {x: 'macs_per_byte', y: 'macs_per_cycle'};
const saying = (row) => `${row.index} ${row.name}: ${fixed(row.macs_per_byte, 1)} MACs/byte, ${fixed(row.macs_per_cycle, 1)} MACs/cycle`;

export function drawRoofline(id, title, {rows, roof, peak, summary}) {
  const shown = rows.filter((row) => row.macs_per_byte > 0 && row.macs_per_cycle > 0);
  const ridge = roof ? peak / roof.bytes : 1;
  const xs = [ridge, ...shown.map((row) => row.macs_per_byte)];
  const ys = [peak, ...shown.map((row) => row.macs_per_cycle)];
  const x = [decade(Math.min(...xs), Math.floor), decade(Math.max(...xs) * 1.5, Math.ceil)];
  const y = [decade(Math.min(...ys), Math.floor), peak * 2.2];
  const below = roof
    ? [[Math.max(x[0], y[0] / roof.bytes), Math.max(y[0], x[0] * roof.bytes)], [ridge, peak], [x[1], peak]]
    : [[x[0], peak], [x[1], peak]];
  const groups = groupsOf(shown, x, y);
  const alone = groups.filter((own) => own.length === 1).flat();
  const together = groups.filter((own) => own.length > 1);
  const names = [{x: x[1], y: peak, words: `${grouped(peak)} MACs/cycle: every MAC of the chip`, anchor: 'end'}];
  const chart = plot({
    width,
    height: frame.height,
    marginLeft: frame.left,
    marginRight: frame.right,
    marginTop: frame.top,
    marginBottom: frame.bottom,
    x: {type: 'log', domain: x},
    y: {type: 'log', domain: y},
    marks: [
      gridX({stroke: 'var(--line)', strokeOpacity: 1, ticks: 5}),
      gridY({stroke: 'var(--line)', strokeOpacity: 1, ticks: 5}),
      axisX({label: 'effectual MACs per DRAM byte', tickFormat: tick, ticks: 5, fontSize: 12}),
      axisY({label: 'effectual MACs per cycle', tickFormat: tick, ticks: 5, fontSize: 12}),
      line(below, {stroke: 'var(--ink)', strokeWidth: 2}),
      text(names, {x: 'x', y: 'y', text: 'words', textAnchor: 'end', dy: -10, dx: -4, ...onFill, fontSize: 12}),
      ...(roof
        ? [text([below[0]], {
            text: () => `${fixed(roof.bytes, 1)} bytes/cycle: DRAM`,
            textAnchor: 'start',
            dx: 14,
            dy: 0,
            ...onFill,
            fontSize: 12,
          })]
        : []),
      dot(together.flat(), {...place, r: 4, fill: 'var(--accent)', stroke: 'var(--page)', title: saying}),
      dot(alone, {...place, r: 10, fill: 'var(--accent)', stroke: 'var(--page)', title: saying}),
      text(alone, {...place, text: (row) => String(row.index), fill: 'var(--page)', fontSize: 11, fontWeight: 600}),
      text(together, {
        x: (own) => own.reduce((sum, row) => sum + row.macs_per_byte, 0) / own.length,
        y: (own) => Math.min(...own.map((row) => row.macs_per_cycle)),
        text: (own) => own.map((row) => row.index).join(', '),
        dx: -6,
        dy: 15,
        textAnchor: 'start',
        ...onFill,
      }),
    ],
  });
  return figureSvg({id, title, description: summary, width, parts: [chart]});
}
