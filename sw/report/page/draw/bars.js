// Figures of horizontal bars, a row for each layer.

import {axisX, axisY, barX, gridX, plot, ruleX, text} from '@observablehq/plot';
import {fixed, grouped, shortened, tick, withUnitPrefix} from '../shape/format.js';
import {classFills, dataFills, onFill} from './look.js';
import {figureSvg, legend, widthOf, words} from './svg.js';

export const width = 960;
const rowHeight = 24;
const nameWidth = 170;

/// "3  conv2" for a row of a layer.
export const rowName = (row) => (row.index === '' ? row.name : `${row.index}  ${shortened(row.name, 20)}`);

const names = (rows) => ({
  type: 'band',
  domain: rows.map((_, i) => i),
  label: null,
  padding: 0.18,
});
const nameAxis = (rows) => axisY({tickFormat: (i) => rowName(rows[i]), tickSize: 0, fontSize: 12});

export function drawCycles(id, title, {rows, summary}) {
  const limitWidth = 300;
  const chart = plot({
    width,
    height: rows.length * rowHeight + 34,
    marginLeft: nameWidth,
    marginRight: limitWidth,
    marginTop: 28,
    marginBottom: 6,
    x: {domain: [0, Math.max(1, ...rows.map((row) => row.cycles)) * 1.08]},
    y: names(rows),
    marks: [
      gridX({stroke: 'var(--line)', strokeOpacity: 1}),
      axisX({anchor: 'top', label: 'cycles', tickFormat: tick, ticks: 5, fontSize: 12, labelAnchor: 'left'}),
      nameAxis(rows),
      barX(rows, {x: 'cycles', y: (_, i) => i, fill: 'var(--accent)', title: (row) => `${row.name}: ${grouped(row.cycles)} cycles`}),
      ruleX([0]),
      text(rows, {
        x: 'cycles',
        y: (_, i) => i,
        text: (row) => grouped(row.cycles),
        textAnchor: 'start',
        dx: 5,
        ...onFill,
        fontSize: 12,
      }),
      text(rows, {
        frameAnchor: 'right',
        y: (_, i) => i,
        text: (row) => row.limited_by.replace(/ of PE cycles$/, ''),
        textAnchor: 'start',
        dx: 62,
        fill: 'var(--soft)',
        fontSize: 12,
      }),
    ],
  });
  const heading = {node: words('limited by, % of PE cycles', width - limitWidth + 62, 12, {'font-weight': 600}), height: 16};
  return figureSvg({id, title, description: summary, width, parts: [heading, chart]});
}

/// A stack for each row, in shares of all. `rows` have a number for each class.
export function drawStack(id, title, {rows, classes, summary}, nameOf = rowName) {
  const shown = classes.filter((own) => rows.some((row) => row[own.key] > 0));
  const {fills, patterns} = classFills(id, shown);
  const plotWidth = width - nameWidth - 20;
  const segments = rows.flatMap((row, i) => {
    let from = 0;
    return shown.map((own) => {
      const share = row.all > 0 ? (row[own.key] ?? 0) / row.all : 0;
      const segment = {i, row, own, share, from, to: from + share};
      from += share;
      return segment;
    });
  });
  const label = ({own, share}) => `${own.brief} ${fixed(100 * share, 0)}`;
  const chart = plot({
    width,
    height: rows.length * rowHeight + 36,
    marginLeft: nameWidth,
    marginRight: 20,
    marginTop: 30,
    marginBottom: 6,
    x: {domain: [0, 1]},
    y: names(rows),
    marks: [
      axisX({anchor: 'top', label: '% of PE cycles', tickFormat: (share) => fixed(100 * share, 0), ticks: 10, fontSize: 12, labelAnchor: 'left'}),
      axisY({tickFormat: (i) => nameOf(rows[i]), tickSize: 0, fontSize: 12}),
      barX(segments.filter((one) => one.share > 0), {
        x1: 'from',
        x2: 'to',
        y: 'i',
        fill: (one) => fills[one.own.key],
        stroke: 'var(--page)',
        strokeWidth: 1,
        title: (one) => `${nameOf(one.row)}: ${one.own.words}, ${grouped(one.row[one.own.key])} PE cycles (${fixed(100 * one.share, 1)} %)`,
      }),
      text(segments.filter((one) => one.share * plotWidth > widthOf(label(one), 11) + 8), {
        x: (one) => (one.from + one.to) / 2,
        y: 'i',
        text: label,
        ...onFill,
      }),
    ],
  });
  const key = legend(shown.map((own) => ({fill: fills[own.key], label: `${own.brief}: ${own.words}`})), width);
  return figureSvg({id, title, description: summary, width, parts: [key, chart], patterns});
}

/// A panel for each level, each with its own scale.
export function drawTraffic(id, title, {rows, levels, summary}) {
  const layers = rows.slice(0, -1);
  const parts = ['read', 'write', 'iact', 'weight', 'psum'];
  const {fills, patterns} = dataFills(id, parts);
  const panels = levels.map((level) => {
    const bars = layers.flatMap((row, i) => level.parts.map((part) => ({i, row, part, value: row[`${level.key}_${part}`]})));
    const sums = layers.map((row, i) => ({i, sum: level.parts.reduce((sum, part) => sum + row[`${level.key}_${part}`], 0)}));
    return plot({
      width: width / 2,
      height: layers.length * 20 + 54,
      marginLeft: 150,
      marginRight: 56,
      marginTop: 42,
      marginBottom: 10,
      x: {domain: [0, Math.max(1, ...sums.map((one) => one.sum))]},
      y: names(layers),
      marks: [
        gridX({stroke: 'var(--line)', strokeOpacity: 1, ticks: 3}),
        axisX({anchor: 'top', label: level.label, tickFormat: tick, ticks: 3, fontSize: 11, labelAnchor: 'left'}),
        nameAxis(layers),
        barX(bars, {
          x: 'value',
          y: 'i',
          fill: (bar) => fills[bar.part],
          title: (bar) => `${bar.row.name}: ${bar.part}, ${grouped(bar.value)} ${level.unit}`,
        }),
        ruleX([0]),
        text(sums, {x: 'sum', y: 'i', text: (one) => (one.sum === 0 ? '0' : withUnitPrefix(one.sum)), textAnchor: 'start', dx: 4, ...onFill}),
      ],
    });
  });
  const key = legend(parts.map((part) => ({fill: fills[part], label: part})), width);
  return figureSvg({
    id, title, description: summary, width, patterns,
    parts: [key, besideEachOther(panels.slice(0, 2)), besideEachOther(panels.slice(2))],
  });
}

/// Two drawings of half the width.
function besideEachOther(drawings) {
  const [left, right] = drawings;
  const moved = right.ownerDocument.createElementNS('http://www.w3.org/2000/svg', 'g');
  moved.setAttribute('transform', `translate(${width / 2},0)`);
  moved.append(...[...right.childNodes].filter((child) => child.nodeName !== 'style'));
  left.append(moved);
  return left;
}
