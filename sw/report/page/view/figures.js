// The figures of the page, by section.

import {classesOf} from '../shape/classes.js';
import {classesByRun, cyclesByRun, settings, trafficByRun} from '../shape/compare.js';
import {chosen} from '../shape/layers.js';
import {busiest, nocLinks, peArray} from '../shape/mesh.js';
import {places, waterfall} from '../shape/one_layer.js';
import {mapper} from '../shape/mapper.js';
import * as perLayer from '../shape/per_layer.js';
import {drawCycles, drawStack, drawTraffic} from '../draw/bars.js';
import {drawCyclesByRun, drawTrafficByRun} from '../draw/compare.js';
import {drawPeArray, drawPlaces} from '../draw/heat.js';
import {drawLinks} from '../draw/links.js';
import {drawMapper} from '../draw/mapper.js';
import {drawRoofline} from '../draw/roofline.js';
import {drawTimeline} from '../draw/time.js';
import {drawWaterfall} from '../draw/waterfall.js';
import {choice} from './dom.js';
import {figure} from './figure.js';

/// On all layers of the run that is chosen. `state`: {run, layer} of main.js; `keys`: the classes.
export function runFigures(state, keys) {
  const simple = (id, title, about, shape, draw) =>
    figure({
      id, title, about, file: state.file,
      made: () => ({shape: shape(state.run, keys), draw: (shaped) => draw(`${id}-svg`, title, shaped)}),
    });
  return [
    simple('cycles', 'Cycles per layer, and what limits them',
      'From the fetch of a layer\'s descriptor to its last oact in DRAM.', perLayer.cycles, drawCycles),
    simple('mapper', 'What the mapper said of the layers',
      'Its prediction for the iacts as they were, and the bound of any mapping at the density that it foresaw for them (docs/mapper.md).', mapper, drawMapper),
    simple('stalls', 'Where the PE cycles went',
      'Every cycle of every PE is in exactly one class (docs/stalls.md).', perLayer.stalls, drawStack),
    simple('time', 'Utilisation over time',
      'A step for each layer, by its number. PE busy: cycles in which a PE\'s MACs were fed; MAC occ.: those with two non-zero operands.',
      perLayer.timeline, drawTimeline),
    simple('roofline', 'Roofline',
      'A dot for each layer, by its number. Left of the ridge the DRAM is the roof, right of it the MACs are.',
      perLayer.roofline, drawRoofline),
    simple('traffic', 'Traffic per level',
      'What moved at DRAM, GLB, NoC and SPads; each level has its own scale.', perLayer.traffic, drawTraffic),
  ];
}

/// On the layer that is chosen, or on all together.
export function layerFigures(state, keys) {
  const own = () => chosen(state.run, state.layer);
  const figures = [];
  const add = (options) => {
    const made = figure({file: state.file, ...options});
    figures.push(made);
    return made;
  };
  const titled = (title) => `${title}: ${own().title}`;
  add({
    id: 'eyexam', title: 'Eyexam bounds and simulated cycles',
    about: 'Lower bounds of the cycles, each with one more thing as finite; pale: the bound before.',
    made: () => ({shape: waterfall(own()), draw: (shape) => drawWaterfall('eyexam-svg', titled('Eyexam'), shape)}),
  });
  add({
    id: 'places', title: 'What PEs waited for, and where it was',
    about: 'Waits for bursts, divided by where the burst was in that time (docs/stalls.md).',
    made: () => ({shape: places(own(), keys), draw: (shape) => drawPlaces('places-svg', titled('Waits'), shape)}),
  });

  const classes = classesOf(keys);
  const pe = {kind: classes[0]?.key ?? 'mac_useful'};
  const array = add({
    id: 'pes', title: 'PE array',
    about: 'Share of the cycles that each PE spent in a class, in the shape of the mesh.',
    controls: [
      choice('pe-class', 'Class', classes.map((one) => [one.key, one.words]), pe.kind, (value) => {
        pe.kind = value;
        array.update();
      }),
    ],
    made: () => ({
      shape: peArray(state.run, own(), pe.kind, classes.find((one) => one.key === pe.kind)?.words ?? pe.kind),
      draw: (shape) => drawPeArray('pes-svg', titled('PE array'), shape),
    }),
  });

  const noc = {data: 'iact', what: 'busy'};
  const says = {busy: 'busy, % of cycles, mean of the links', held: 'held, % of cycles, mean of the links'};
  const links = add({
    id: 'links', title: 'NoC links',
    about: 'Links between neighbouring clusters; those side by side are taken together. busy: a word moved; held: a word stood there.',
    controls: [
      choice('link-data', 'Mesh', ['iact', 'weight', 'psum'].map((data) => [data, data]), noc.data, (value) => {
        noc.data = value;
        links.update();
      }),
      choice('link-what', 'Cycles', [['busy', 'busy'], ['held', 'held']], noc.what, (value) => {
        noc.what = value;
        links.update();
      }),
    ],
    made: () => ({
      shape: nocLinks(state.run, own(), noc.data, noc.what),
      draw: (shape) => drawLinks('links-svg', titled('NoC links'), shape, `${noc.data} links ${says[noc.what]}`),
    }),
  });
  return {figures, busiest: () => busiest(state.run, own())};
}

/// On several runs. `data`: all of the page's.
export function compareFigures(data, file) {
  const paths = data.runs.map((run) => run.path);
  const simple = (id, title, about, shape, draw) =>
    figure({
      id, title, about, file,
      made: () => ({shape: shape(data), draw: (shaped) => draw(`${id}-svg`, title, shaped, paths)}),
    });
  return {
    settings: settings(data),
    figures: [
      simple('runs-cycles', 'Cycles of each run', 'Layers that every run has; the change is against run A.', cyclesByRun, drawCyclesByRun),
      simple('runs-stalls', 'Where the PE cycles went, by run', 'Over the layers that every run has.', classesByRun,
        (id, title, shape) => drawStack(id, title, shape, (row) => `run ${row.run}`)),
      simple('runs-traffic', 'Traffic of each run', 'Over the layers that every run has; run A is 100 %.', trafficByRun, drawTrafficByRun),
    ],
  };
}
