// What the mapper said of each layer, beside the simulation.

import {fixed} from './format.js';
import {chipLayers} from './layers.js';

/// The mean of the two in the middle when there is no middle one.
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/// {columns, rows, summary}; cycles that a run does not know are null.
export function mapper(run) {
  const rows = chipLayers(run)
    .filter((layer) => layer.cycles > 0)
    .map((layer) => {
      const known = (cycles) => (cycles > 0 ? cycles : null);
      const bound = known(layer.lower_bound_cycles);
      const predicted = known(layer.predicted_cycles);
      return {
        index: layer.index,
        name: layer.name,
        bound,
        predicted,
        cycles: layer.cycles,
        off: predicted === null ? null : predicted / layer.cycles - 1,
        gap: bound === null ? null : layer.cycles / bound - 1,
      };
    });
  const offs = rows.filter((row) => row.off !== null).map((row) => Math.abs(row.off));
  const gaps = rows.filter((row) => row.gap !== null).map((row) => row.gap);
  const percents = (shares) => `${fixed(100 * median(shares), 1)} %`;
  const said = [
    offs.length > 0 ? `predictions are off by ${percents(offs)} in the median` : '',
    gaps.length > 0 ? `the simulated cycles are ${percents(gaps)} above the least bound of any mapping` : '',
  ].filter((text) => text !== '');
  return {
    columns: [
      {key: 'index', label: '#'},
      {key: 'name', label: 'layer'},
      {key: 'bound', label: 'least bound', unit: 'cycles', help: 'no mapping takes fewer by the mapper\'s cost, at the density that it foresaw for the iacts'},
      {key: 'predicted', label: 'predicted', unit: 'cycles', help: 'by the mapper\'s cost, with the zeros of the iacts where they were'},
      {key: 'cycles', label: 'simulated', unit: 'cycles'},
      {key: 'off', label: 'prediction off by', unit: 'share'},
      {key: 'gap', label: 'above the bound', unit: 'share'},
    ],
    rows,
    summary: said.length > 0 ? `The mapper: ${said.join(', ')}.` : 'This run does not say what the mapper predicted.',
  };
}
