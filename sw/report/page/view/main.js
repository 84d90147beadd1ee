// The page: the headline, the layers, and the figures of the run and the layer that are chosen.

import {letter, chipLayers} from '../shape/layers.js';
import {batchOf, headline, layerTable} from '../shape/overview.js';
import {missing} from '../shape/compare.js';
import {choice, html, scrolled} from './dom.js';
import {compareFigures, layerFigures, runFigures} from './figures.js';
import {table} from './table.js';

const data = JSON.parse(document.getElementById('uvea-data').textContent);
const state = {run: data.runs[0], layer: 0, file: 'uvea'};

const section = (id, title, ...children) =>
  html('section', {id, 'aria-labelledby': `${id}-heading`}, html('h2', {id: `${id}-heading`}, title), ...children);

function overview() {
  const facts = headline(state.run, data.keys);
  const tiles = html('dl', {class: 'tiles'});
  const rest = html('dl', {class: 'facts'});
  for (const {term, value, main, wide} of facts)
    (main ? tiles : rest).append(html('div', {class: wide ? 'wide' : undefined}, html('dt', {}, term), html('dd', {}, value)));
  return [tiles, rest];
}

const hasChipLayers = () => chipLayers(state.run).length > 0;
const nothing = () => html('p', {class: 'nothing'}, 'No layer of this run ran on the chip: there is nothing to draw.');

function build() {
  const main = document.querySelector('main');
  const names = data.runs.map((run, r) => [String(r), `${data.runs.length > 1 ? `${letter(r)}: ` : ''}${run.path} (${run.network}, uvea ${run.uvea})`]);
  document.title = `${state.run.network}: uvea report`;
  document.getElementById('title').textContent = state.run.network;
  const sections = [];
  const top = html('div');
  const layers = html('div');
  const onRun = html('div');
  const onLayer = html('div');

  function showRun() {
    document.getElementById('subtitle').textContent = names[data.runs.indexOf(state.run)][1];
    top.replaceChildren(...overview());
    layers.replaceChildren(scrolled('Layers: table', table(layerTable(state.run, data.keys), 'Layers, as uvea run prints them')));
    state.layer = 0;
    if (!hasChipLayers()) {
      onRun.replaceChildren(nothing());
      onLayer.replaceChildren(nothing());
      return;
    }
    const figures = runFigures(state, data.keys);
    onRun.replaceChildren(...figures.map((one) => one.node));
    figures.forEach((one) => one.update());
    showLayers();
  }

  function showLayers() {
    const {figures, busiest} = layerFigures(state, data.keys);
    const most = html('div');
    const update = () => {
      figures.forEach((one) => one.update());
      most.replaceChildren(scrolled('Busiest: table', table(busiest(), 'Busiest and longest held ports, links and banks')));
    };
    const options = [['0', 'all layers'], ...chipLayers(state.run).map((layer) => [String(layer.index), `${layer.index}  ${layer.name}`])];
    onLayer.replaceChildren(
      html('div', {class: 'controls'}, choice('layer', 'Layer', options, '0', (value) => {
        state.layer = Number(value);
        update();
      })),
      ...figures.map((one) => one.node),
      most,
    );
    update();
  }

  const chooser = data.runs.length > 1
    ? html('div', {class: 'controls'}, choice('run', 'Run shown below', names, '0', (value) => {
        state.run = data.runs[Number(value)];
        showRun();
      }))
    : undefined;
  if (data.runs.length > 1) sections.push(comparison());
  sections.push(
    section('overview', 'Overview', ...(chooser ? [chooser] : []), top),
    section('layers', 'Layers', layers),
    section('all', 'All layers', onRun),
    section('one', 'One layer', onLayer),
  );
  main.replaceChildren(...sections);
  showRun();
  contents(sections);
}

function comparison() {
  const {settings, figures} = compareFigures(data, state.file);
  const node = section('compare', 'Comparison',
    html('ul', {class: 'runs'}, ...data.runs.map((run, r) => html('li', {}, html('b', {}, letter(r)), ` ${run.path} (${run.network}, batch ${batchOf(run)}, uvea ${run.uvea})`))),
    settings.rows.length > 0
      ? scrolled('Chip options that differ: table', table(settings, 'Chip options that differ'))
      : html('p', {}, 'The same chip in all runs.'),
    ...(data.runs.some((run) => batchOf(run) !== batchOf(data.runs[0]))
      ? [html('p', {}, 'Cycles, words and bytes are of a batch each, and the batches are not the same.')]
      : []),
    ...missing(data).map((one) => html('p', {}, `Not in ${one.letter}, and left out here: ${one.names.join(', ')}.`)),
    ...figures.map((one) => one.node));
  figures.forEach((one) => one.update());
  return node;
}

function contents(sections) {
  const list = html('ul');
  for (const own of sections) {
    const item = html('li', {}, html('a', {href: `#${own.id}`}, own.querySelector('h2').textContent));
    list.append(item);
  }
  document.querySelector('nav').replaceChildren(list);
}

build();
