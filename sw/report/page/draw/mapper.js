// The mapper's bound and prediction of each layer, in per cent of the simulated cycles.

import {axisX, axisY, dot, gridX, plot, ruleX, ruleY, text} from '@observablehq/plot';
import {fixed, grouped, percent, signedPercent} from '../shape/format.js';
import {rowName, width} from './bars.js';
import {onFill} from './look.js';
import {element, figureSvg, words} from './svg.js';

const signWidth = 210;

/// What the signs are.
function signs() {
  const node = element('g');
  const drawn = [
    [element('line', {x1: 6, x2: 6, y1: 2, y2: 16, stroke: 'var(--accent)', 'stroke-width': 3}), 'bound of any mapping, foreseen'],
    [element('circle', {cx: 6, cy: 9, r: 5, fill: 'var(--page)', stroke: 'currentColor', 'stroke-width': 2}), 'predicted'],
    [element('line', {x1: 6, x2: 6, y1: 2, y2: 16, stroke: 'currentColor', 'stroke-width': 1}), 'simulated'],
  ];
  drawn.forEach(([sign, label], i) => {
    const one = element('g', {transform: `translate(${i * signWidth},0)`}, sign, words(label, 20, 14));
    node.append(one);
  });
  return {node, height: 26};
}

export function drawMapper(id, title, {rows, summary}) {
  const shares = rows.map((row, i) => ({
    i, row,
    bound: row.bound === null ? null : row.bound / row.cycles,
    predicted: row.predicted === null ? null : row.predicted / row.cycles,
  }));
  const all = shares.flatMap((own) => [own.bound, own.predicted]).filter((share) => share !== null);
  const bounds = shares.filter((own) => own.bound !== null);
  const said = (own) =>
    [
      `${own.row.name}: ${grouped(own.row.cycles)} cycles simulated`,
      own.predicted === null ? '' : `${grouped(own.row.predicted)} predicted (${percent(own.predicted)})`,
      own.bound === null ? '' : `no mapping foreseen below ${grouped(own.row.bound)} (${percent(own.bound)})`,
    ].filter((part) => part !== '').join(', ');
  const chart = plot({
    width,
    height: rows.length * 24 + 34,
    marginLeft: 170,
    marginRight: 64,
    marginTop: 28,
    marginBottom: 6,
    x: {domain: [Math.min(0.95, ...all) - 0.02, Math.max(1.05, ...all) + 0.02]},
    y: {type: 'band', domain: rows.map((_, i) => i), label: null, padding: 0.18},
    marks: [
      gridX({stroke: 'var(--line)', strokeOpacity: 1}),
      axisX({anchor: 'top', label: '% of the simulated cycles', tickFormat: (share) => fixed(100 * share, 0), fontSize: 12, labelAnchor: 'left'}),
      axisY({tickFormat: (i) => rowName(rows[i]), tickSize: 0, fontSize: 12}),
      ruleX([1], {stroke: 'currentColor'}),
      ruleY(bounds.filter((own) => own.bound < 1), {y: 'i', x1: 'bound', x2: 1, stroke: 'var(--accent)', strokeWidth: 1.5}),
      text(bounds, {x: 'bound', y: 'i', text: () => '|', fill: 'var(--accent)', fontSize: 15, fontWeight: 700, title: said}),
      dot(shares.filter((own) => own.predicted !== null), {
        x: 'predicted', y: 'i', r: 5, fill: 'var(--page)', stroke: 'currentColor', strokeWidth: 2, title: said,
      }),
      text(shares.filter((own) => own.predicted !== null), {
        x: (own) => Math.max(own.predicted, 1),
        y: 'i',
        text: (own) => signedPercent(own.row.off),
        textAnchor: 'start',
        dx: 9,
        ...onFill,
        fontSize: 11,
      }),
    ],
  });
  return figureSvg({id, title, description: summary, width, parts: [signs(), chart]});
}
