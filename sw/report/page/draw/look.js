// Fills that differ in pattern as well as in colour. Colours are the page's (page.css): light and dark.

import {element} from './svg.js';

const strokes = {
  solid: '',
  diagonal: 'M-2,2 l4,-4 M0,8 l8,-8 M6,10 l4,-4',
  back: 'M-2,6 l4,4 M0,0 l8,8 M6,-2 l4,4',
  cross: 'M0,8 l8,-8 M0,0 l8,8',
  vertical: 'M2,0 v8 M6,0 v8',
  horizontal: 'M0,2 h8 M0,6 h8',
  dots: 'M2,2 h.01 M6,6 h.01',
};

const classLooks = {
  mac_useful: 'solid',
  lane_idle: 'dots',
  mac_gated: 'diagonal',
  examine: 'vertical',
  pipeline: 'horizontal',
  wait_iact: 'diagonal',
  wait_weight: 'back',
  wait_psum_in: 'horizontal',
  wait_psum_out: 'cross',
  imbalance: 'dots',
  not_mapped: 'solid',
  reconfiguration: 'vertical',
};

const dataLooks = {iact: 'diagonal', weight: 'back', psum: 'cross', read: 'solid', write: 'vertical'};
const runLooks = ['solid', 'diagonal', 'cross', 'dots', 'vertical', 'back', 'horizontal'];

function fillOf(id, kind, colour, look) {
  const name = `${id}-${kind}`;
  const pattern = element(
    'pattern',
    {id: name, width: 8, height: 8, patternUnits: 'userSpaceOnUse'},
    element('rect', {width: 8, height: 8, fill: colour}),
  );
  if (strokes[look])
    pattern.append(
      element('path', {
        d: strokes[look],
        stroke: 'var(--page)',
        'stroke-opacity': 0.55,
        'stroke-width': look === 'dots' ? 2.6 : 1.4,
        'stroke-linecap': 'round',
      }),
    );
  return {key: kind, fill: `url(#${name})`, pattern};
}

/// {fills: {key: fill}, patterns}: what a figure's marks are filled with and what its <defs> need.
function fills(id, kinds) {
  const made = kinds.map(([kind, colour, look]) => fillOf(id, kind, colour, look));
  return {
    fills: Object.fromEntries(made.map(({key, fill}) => [key, fill])),
    patterns: made.map(({pattern}) => pattern),
  };
}

/// A class that this page does not know looks like no other.
export const classFills = (id, classes) =>
  fills(id, classes.map(({key}) => [key, classLooks[key] ? `var(--${key})` : 'var(--other)', classLooks[key] ?? 'cross']));

export const dataFills = (id, parts) => fills(id, parts.map((part) => [part, `var(--${part})`, dataLooks[part]]));

export const runFills = (id, runs) =>
  fills(id, runs.map((run, i) => [run, `var(--run-${i % 6})`, runLooks[i % runLooks.length]]));

/// Text on any fill.
export const onFill = {fill: 'var(--ink)', stroke: 'var(--page)', strokeWidth: 4, fontSize: 11};
