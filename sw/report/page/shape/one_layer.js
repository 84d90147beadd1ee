// Figures on one layer, or on all of them together: {columns, rows, summary}. `own`: of
// layers.js, chosen().

import {fixed, grouped, percent} from './format.js';
import {classShares} from './classes.js';

/// Eyexam's steps and the simulation: each adds cycles to the one before it.
export function waterfall(own) {
  const {layer} = own;
  let before = 0;
  const rows = layer.eyexam.map((step, i) => {
    const row = {
      step: step.step,
      number: i + 1,
      cycles: step.cycles,
      added: step.cycles - before,
      macs_per_cycle: step.macs_per_cycle,
      limit: step.limit,
    };
    before = step.cycles;
    return row;
  });
  const last = rows.at(-1);
  if (last) {
    rows.push({
      step: 'simulated',
      number: rows.length + 1,
      cycles: layer.cycles,
      added: layer.cycles - last.cycles,
      macs_per_cycle: layer.cycles > 0 ? (last.cycles * last.macs_per_cycle) / layer.cycles : 0,
      limit: `${fixed(layer.cycles / last.cycles, 2)} times the last bound`,
    });
  }
  const costliest = rows.slice(0, -1).reduce((a, b) => (b.added > a.added ? b : a), rows[0]);
  return {
    columns: [
      {key: 'step', label: 'bound (Eyexam)'},
      {key: 'cycles', label: 'cycles', unit: 'cycles'},
      {key: 'added', label: 'more than before', unit: 'cycles'},
      {key: 'macs_per_cycle', label: 'MACs/cycle', unit: 'MACs/cycle'},
      {key: 'limit', label: 'what limits'},
    ],
    rows,
    summary: last
      ? `Simulated: ${grouped(layer.cycles)} cycles, ${fixed(layer.cycles / last.cycles, 2)} times the last bound. ` +
        `The step that costs most: ${costliest.step}, ${grouped(costliest.added)} cycles.`
      : 'This run has no bounds.',
  };
}

/// Waits for bursts by where the burst was.
export function places(own, keys) {
  const shares = classShares(own.layer.stalls, keys);
  const all = shares.reduce((sum, one) => sum + one.cycles, 0);
  const rows = shares
    .filter((one) => one.places.length > 0)
    .flatMap((one) =>
      one.places.map((place) => ({
        class: one.words,
        place: place.words,
        cycles: place.cycles,
        share: all > 0 ? place.cycles / all : 0,
      })));
  const top = rows.reduce((a, b) => (b.cycles > a.cycles ? b : a), rows[0]);
  return {
    columns: [
      {key: 'class', label: 'class'},
      {key: 'place', label: 'where what was waited for was'},
      {key: 'cycles', label: 'PE cycles', unit: 'PE cycles'},
      {key: 'share', label: 'of all PE cycles', unit: 'share'},
    ],
    rows,
    summary: top && top.cycles > 0
      ? `Largest wait: ${top.class}, ${top.place}, ${percent(top.share)} of PE cycles.`
      : 'No PE waited for a burst.',
  };
}
