// How busy the chip was over time, a step for each layer.

import {axisX, axisY, gridY, plot, rectY, ruleY, text} from '@observablehq/plot';
import {fixed, grouped, percent, tick} from '../shape/format.js';
import {width} from './bars.js';
import {onFill} from './look.js';
import {figureSvg, widthOf} from './svg.js';

const share = (value) => fixed(100 * value, 0);

const strips = [
  {key: 'pe_busy', label: 'PE busy, %', domain: [0, 1], tick: share, say: percent, fill: 'var(--mac_gated)'},
  {key: 'mac_occupancy', label: 'MAC occ., %', domain: [0, 1], tick: share, say: percent, fill: 'var(--accent)'},
  {key: 'dram_bytes_per_cycle', label: 'DRAM bytes/cycle', tick, say: (value) => fixed(value, 1), fill: 'var(--read)'},
];

export function drawTimeline(id, title, {rows, summary}) {
  const end = rows.at(-1).to;
  const marginLeft = 60;
  const pixels = (row) => ((row.to - row.from) / end) * (width - marginLeft - 20);
  const parts = strips.map((strip, i) => {
    const last = i === strips.length - 1;
    const top = strip.domain?.[1] ?? Math.max(1e-9, ...rows.map((row) => row[strip.key])) * 1.15;
    return plot({
      width,
      height: 130 + (last ? 24 : 0),
      marginLeft,
      marginRight: 20,
      marginTop: 30,
      marginBottom: last ? 40 : 14,
      x: {domain: [0, end], axis: null},
      y: {domain: [0, top]},
      marks: [
        gridY({stroke: 'var(--line)', strokeOpacity: 1, ticks: 4}),
        axisY({label: strip.label, tickFormat: strip.tick, ticks: 4, fontSize: 11, labelAnchor: 'top'}),
        ...(last ? [axisX({label: 'cycles', tickFormat: tick, fontSize: 11})] : []),
        rectY(rows, {
          x1: 'from',
          x2: 'to',
          y: strip.key,
          fill: strip.fill,
          stroke: 'var(--page)',
          strokeWidth: 1,
          title: (row) => `${row.index} ${row.name}, cycles ${grouped(row.from)} to ${grouped(row.to)}: ${strip.label} ${strip.say(row[strip.key])}`,
        }),
        ruleY([0]),
        text(rows.filter((row) => pixels(row) > widthOf(String(row.index), 11) + 4), {
          x: (row) => (row.from + row.to) / 2,
          y: strip.key,
          dy: -7,
          text: (row) => String(row.index),
          ...onFill,
        }),
      ],
    });
  });
  return figureSvg({id, title, description: summary, width, parts});
}
