// Heat maps: shares as the strength of one colour, with the number in each cell.

import {axisX, axisY, cell, plot, text} from '@observablehq/plot';
import {fixed, grouped, percent} from '../shape/format.js';
import {width} from './bars.js';
import {element, figureSvg, words} from './svg.js';

/// The share that is drawn strongest: a round one that none of them is above.
export const topOf = (shares) => [0.1, 0.2, 0.5, 1].find((top) => Math.max(0, ...shares) <= top) ?? 1;

/// Fill and ink of a cell for a part of that.
const strength = (part) => 0.04 + 0.96 * Math.min(1, part);
const ink = (part) => (part > 0.62 ? 'var(--on-heat)' : 'var(--ink)');

/// The scale of a heat map: {node, height}.
export function heatScale(label, top) {
  const node = element('g');
  node.append(words(label, 0, 14));
  const from = Math.max(200, label.length * 7);
  for (let i = 0; i <= 10; ++i) {
    const share = i / 10;
    node.append(
      element('rect', {x: from + i * 40, y: 0, width: 40, height: 20, fill: 'var(--heat)', 'fill-opacity': strength(share), stroke: 'var(--line)'}),
      words(fixed(top * i * 10, 0), from + i * 40 + 20, 14, {'text-anchor': 'middle', 'font-size': 11, fill: ink(share)}),
    );
  }
  return {node, height: 34};
}

/// A cell for each PE, clusters apart from each other.
export function drawPeArray(id, title, {rows, words: what, summary}) {
  const most = (key) => Math.max(...rows.map((row) => row[key])) + 1;
  const [meshRows, meshCols, peRows, peCols] = ['row', 'col', 'pe_row', 'pe_col'].map(most);
  const gap = 10;
  const side = Math.max(6, Math.min(72, Math.floor((width - 60 - meshCols * gap) / (meshCols * peCols))));
  const high = Math.max(6, Math.min(24, side));
  const left = 60;
  const top = 22;
  const node = element('g');
  const strongest = topOf(rows.map((row) => row.share));
  const x = (row) => left + row.col * (peCols * side + gap) + row.pe_col * side;
  const y = (row) => top + row.row * (peRows * high + gap) + row.pe_row * high;
  for (const row of rows) {
    const box = element('rect', {
      class: 'mark', x: x(row), y: y(row), width: side, height: high,
      fill: 'var(--heat)', 'fill-opacity': strength(row.share / strongest), stroke: 'var(--line)', 'stroke-width': 0.5,
    });
    box.append(element('title', {}, `cluster ${row.row},${row.col} PE ${row.pe_row},${row.pe_col}: ${percent(row.share)}, ${grouped(row.cycles)} cycles`));
    node.append(box);
    if (side >= 22 && high >= 14)
      node.append(words(fixed(100 * row.share, 0), x(row) + side / 2, y(row) + high / 2 + 4, {'text-anchor': 'middle', 'font-size': 11, fill: ink(row.share / strongest)}));
  }
  for (let r = 0; r < meshRows; ++r)
    for (let c = 0; c < meshCols; ++c) {
      const at = {row: r, col: c, pe_row: 0, pe_col: 0};
      node.append(element('rect', {
        x: x(at), y: y(at), width: peCols * side, height: peRows * high, fill: 'none', stroke: 'currentColor', 'stroke-width': 1,
      }));
      if (c === 0) node.append(words(`row ${r}`, left - 10, y(at) + (peRows * high) / 2 + 4, {'text-anchor': 'end', 'font-size': 11}));
      if (r === 0) node.append(words(`column ${c}`, x(at) + (peCols * side) / 2, top - 8, {'text-anchor': 'middle', 'font-size': 11}));
    }
  const array = {node, height: top + meshRows * (peRows * high + gap) + 6};
  return figureSvg({id, title, description: summary, width, parts: [heatScale(`${what}, % of cycles`, strongest), array]});
}

/// Waits: a row for each class, a column for each place.
export function drawPlaces(id, title, {rows, summary}) {
  const strongest = topOf(rows.map((row) => row.share));
  const chart = plot({
    width,
    height: 34 * new Set(rows.map((row) => row.class)).size + 60,
    marginLeft: 186,
    marginRight: 0,
    marginTop: 34,
    marginBottom: 8,
    padding: 0.06,
    x: {type: 'band', domain: [...new Set(rows.map((row) => row.place))], label: null},
    y: {type: 'band', domain: [...new Set(rows.map((row) => row.class))], label: null},
    opacity: {type: 'identity'},
    marks: [
      axisX({anchor: 'top', tickSize: 0, fontSize: 11}),
      axisY({tickSize: 0, fontSize: 12}),
      cell(rows, {
        x: 'place', y: 'class', fill: 'var(--heat)', fillOpacity: (row) => strength(row.share / strongest), stroke: 'var(--line)',
        title: (row) => `${row.class}, ${row.place}: ${grouped(row.cycles)} PE cycles`,
      }),
      text(rows, {x: 'place', y: 'class', text: (row) => fixed(100 * row.share, 1), fill: (row) => ink(row.share / strongest), fontSize: 12}),
    ],
  });
  return figureSvg({id, title, description: summary, width, parts: [heatScale('% of PE cycles', strongest), chart]});
}
