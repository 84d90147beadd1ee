// Runs side by side, by the layers and settings that uvea compare matches: {columns, rows, summary}.

import {change, grouped} from './format.js';
import {classesOf, classShares} from './classes.js';
import {letter, sumOf} from './layers.js';
import {trafficLevels} from './per_layer.js';

/// Layers that every run has and its chip ran: [{name, in: [layer by run]}].
export function commonLayers(data) {
  return data.matched
    .filter((layer) => layer.in.every((at) => at !== null))
    .map((layer) => ({name: layer.name, in: layer.in.map((at, r) => data.runs[r].layers[at])}))
    .filter((layer) => layer.in[0].on_chip);
}

/// Names of the layers that a run lacks, by letter: [{letter, names}].
export const missing = (data) =>
  data.runs
    .map((run, r) => ({
      letter: letter(r),
      names: data.matched.filter((layer) => layer.in[r] === null).map((layer) => layer.name),
    }))
    .filter((one) => one.names.length > 0);

const totals = (data) => data.runs.map((run, r) => sumOf(commonLayers(data).map((layer) => layer.in[r])));

export function settings(data) {
  return {
    columns: [
      {key: 'name', label: 'chip option'},
      ...data.runs.map((run, r) => ({key: letter(r), label: letter(r)})),
    ],
    rows: data.changed.map((one) => ({
      name: one.name,
      ...Object.fromEntries(one.values.map((value, r) => [letter(r), value || '-'])),
    })),
  };
}

/// A row for each layer and run.
export function cyclesByRun(data) {
  const row = (name, layer, first, r) => ({
    name,
    run: letter(r),
    cycles: layer.cycles,
    change: r === 0 ? '' : change(layer.cycles, first.cycles),
    limited_by: layer.limited_by ?? '',
  });
  const common = commonLayers(data);
  const all = totals(data);
  const rows = [
    ...common.flatMap((layer, i) => layer.in.map((own, r) => ({...row(layer.name, own, layer.in[0], r), place: i}))),
    ...all.map((own, r) => ({...row('total', own, all[0], r), place: common.length})),
  ];
  const words = all.slice(1).map((own, r) => `${letter(r + 1)} ${grouped(own.cycles)} (${change(own.cycles, all[0].cycles)})`);
  return {
    columns: [
      {key: 'name', label: 'layer'},
      {key: 'run', label: 'run'},
      {key: 'cycles', label: 'cycles', unit: 'cycles'},
      {key: 'change', label: 'change'},
      {key: 'limited_by', label: 'limited by'},
    ],
    rows,
    summary: `In all: A ${grouped(all[0].cycles)} cycles, ${words.join(', ')}.`,
  };
}

/// PE cycles by class of the common layers, a row for each run.
export function classesByRun(data) {
  const classes = classesOf(data.keys);
  const rows = totals(data).map((own, r) => {
    const shares = classShares(own.stalls, data.keys);
    return {
      run: letter(r),
      ...Object.fromEntries(shares.map((one) => [one.key, one.cycles])),
      all: shares.reduce((sum, one) => sum + one.cycles, 0),
    };
  });
  return {
    columns: [
      {key: 'run', label: 'run'},
      ...classes.map((one) => ({key: one.key, label: one.brief, unit: 'PE cycles', help: one.words})),
      {key: 'all', label: 'all', unit: 'PE cycles'},
    ],
    rows,
    classes,
    summary: `PE cycles in all: ${rows.map((row) => `${row.run} ${grouped(row.all)}`).join(', ')}.`,
  };
}

/// What moved on each level, a row for each level and run, and its ratio to the first run.
export function trafficByRun(data) {
  const of = totals(data).map((own) =>
    trafficLevels(own.counters).map((level) => ({...level, value: level.parts.reduce((sum, part) => sum + part.value, 0)})));
  const rows = of[0].flatMap((level, i) =>
    of.map((levels, r) => ({
      level: level.label,
      run: letter(r),
      value: levels[i].value,
      ratio: level.value > 0 ? levels[i].value / level.value : 0,
      change: r === 0 ? '' : change(levels[i].value, level.value),
    })));
  return {
    columns: [
      {key: 'level', label: 'level'},
      {key: 'run', label: 'run'},
      {key: 'value', label: 'in all', unit: 'count'},
      {key: 'change', label: 'change'},
    ],
    rows,
    summary: 'Each level against run A.',
  };
}
