// Runs beside each other.

import {axisX, axisY, barX, gridX, plot, ruleX, text} from '@observablehq/plot';
import {grouped, percent, shortened, tick, withUnitPrefix} from '../shape/format.js';
import {width} from './bars.js';
import {onFill, runFills} from './look.js';
import {figureSvg, legend} from './svg.js';

/// Groups of bars, one bar for each run. `rows`: {[group], run, [value]}; `say`: a bar's words.
function grouping(id, title, {rows, summary, runs, group, value, axis, tick, say, nameOf}) {
  const letters = [...new Set(rows.map((row) => row.run))];
  const {fills, patterns} = runFills(id, letters);
  const groups = [...new Set(rows.map((row) => row[group]))];
  const chart = plot({
    width,
    height: groups.length * (letters.length * 17 + 12) + 50,
    marginLeft: 190,
    marginRight: 230,
    marginTop: 30,
    x: {domain: [0, Math.max(1e-9, ...rows.map((row) => row[value]))]},
    fy: {domain: groups, label: null, padding: 0.2, axis: null},
    y: {type: 'band', domain: letters, label: null, padding: 0.08},
    marks: [
      gridX({stroke: 'var(--line)', strokeOpacity: 1}),
      axisX({anchor: 'top', label: axis, tickFormat: tick, ticks: 5, fontSize: 12, labelAnchor: 'left', facetAnchor: 'top'}),
      axisY({tickSize: 0, fontSize: 11}),
      text(groups, {fy: (one) => one, frameAnchor: 'left', text: (one) => nameOf(one), textAnchor: 'end', dx: -26, fontSize: 12, fontWeight: 600}),
      barX(rows, {
        x: value, y: 'run', fy: group, fill: (row) => fills[row.run], stroke: 'var(--ink)', strokeWidth: 0.4,
        title: (row) => `${nameOf(row[group])}, run ${row.run}: ${say(row)}`,
      }),
      ruleX([0]),
      text(rows, {x: value, y: 'run', fy: group, text: say, textAnchor: 'start', dx: 5, ...onFill}),
    ],
  });
  const key = legend(letters.map((one, i) => ({fill: fills[one], label: `${one}: ${runs[i]}`})), width);
  return figureSvg({id, title, description: summary, width, parts: [key, chart], patterns});
}

const withChange = (words, row) => words + (row.change ? `  (${row.change})` : '');

export function drawCyclesByRun(id, title, {rows, summary}, runs) {
  const layers = rows.filter((row) => row.name !== 'total' || row.place !== rows.at(-1).place);
  const names = new Map(rows.map((row) => [row.place, shortened(row.name, 20)]));
  return grouping(id, title, {
    rows: layers, summary, runs, group: 'place', value: 'cycles', axis: 'cycles', tick,
    nameOf: (place) => names.get(place),
    say: (row) => withChange(grouped(row.cycles), row),
  });
}

export function drawTrafficByRun(id, title, {rows, summary}, runs) {
  return grouping(id, title, {
    rows, summary, runs, group: 'level', value: 'ratio', axis: '% of run A', tick: (ratio) => percent(ratio, 0),
    nameOf: (level) => level, say: (row) => withChange(withUnitPrefix(row.value), row),
  });
}
