// Eyexam's seven steps beside the simulated cycles.

import {axisX, axisY, barX, gridX, plot, ruleX, text} from '@observablehq/plot';
import {fixed, grouped, tick} from '../shape/format.js';
import {width} from './bars.js';
import {onFill} from './look.js';
import {figureSvg, words} from './svg.js';

const marginRight = 260;

export function drawWaterfall(id, title, {rows, summary}) {
  const bars = rows.map((row, i) => ({i, row, from: row.cycles - row.added, to: row.cycles, simulated: i === rows.length - 1}));
  const chart = plot({
    width,
    height: rows.length * 30 + 40,
    marginBottom: 6,
    marginLeft: 190,
    marginRight,
    marginTop: 30,
    x: {domain: [0, Math.max(1, ...rows.map((row) => row.cycles))]},
    y: {type: 'band', domain: rows.map((_, i) => i), padding: 0.2, label: null},
    marks: [
      gridX({stroke: 'var(--line)', strokeOpacity: 1}),
      axisX({anchor: 'top', label: 'cycles', tickFormat: tick, ticks: 6, fontSize: 12, labelAnchor: 'left'}),
      axisY({
        tickFormat: (i) => (i === rows.length - 1 ? rows[i].step : `${rows[i].number}  ${rows[i].step}`),
        tickSize: 0,
        fontSize: 12,
      }),
      barX(bars, {x1: 0, x2: 'from', y: 'i', fill: 'var(--soft)', fillOpacity: 0.22}),
      barX(bars, {
        x1: 'from',
        x2: 'to',
        y: 'i',
        fill: (bar) => (bar.simulated ? 'var(--wait_weight)' : 'var(--accent)'),
        stroke: 'var(--ink)',
        strokeWidth: 0.5,
        title: (bar) => `${bar.row.step}: ${grouped(bar.row.cycles)} cycles. ${bar.row.limit}`,
      }),
      ruleX([0]),
      text(bars, {
        x: 'to',
        y: 'i',
        text: ({row}) => `${grouped(row.cycles)} (${row.added > 0 ? '+' : ''}${grouped(row.added)})`,
        textAnchor: 'start',
        dx: 6,
        ...onFill,
        fontSize: 12,
      }),
      text(bars, {
        frameAnchor: 'right',
        y: 'i',
        text: ({row}) => `${grouped(Math.floor(row.macs_per_cycle))}${fixed(row.macs_per_cycle % 1, 1).slice(1)}`,
        textAnchor: 'end',
        dx: marginRight - 10,
        fontSize: 12,
      }),
    ],
  });
  const heading = {node: words('MACs/cycle', width - 10, 12, {'font-weight': 600, 'text-anchor': 'end'}), height: 4};
  return figureSvg({id, title, description: summary, width, parts: [heading, chart]});
}
