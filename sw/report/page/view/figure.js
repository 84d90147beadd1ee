// A figure: heading, choices, drawing, a sentence on it, its table, and its downloads.

import {html, scrolled} from './dom.js';
import {csv} from './csv.js';
import {save, standalone} from './download.js';
import {table} from './table.js';

/// `made()`: {shape: {columns, rows, summary}, draw: () => svg or undefined}, anew at each update.
/// `file`: what downloads are called. Returns {node, update}.
export function figure({id, title, about, controls = [], made, file}) {
  const drawing = scrolled(`${title}: drawing`);
  const caption = html('figcaption', {'aria-live': 'polite'});
  const behind = html('div');
  const buttons = ['SVG', 'CSV'].map((kind) =>
    html('button', {type: 'button', 'aria-label': `Save ${kind}: ${title}`, onclick: () => download(kind)}, kind));
  let shape;

  function download(kind) {
    const name = `${file}-${id}`.replace(/[^\w.-]+/g, '_');
    if (kind === 'CSV') save(`${name}.csv`, csv(shape), 'text/csv');
    else save(`${name}.svg`, standalone(drawing.querySelector('svg')), 'image/svg+xml');
  }

  function update() {
    const now = made();
    shape = now.shape;
    const svg = shape.rows.length > 0 ? now.draw(shape) : undefined;
    drawing.replaceChildren(svg ?? html('p', {class: 'nothing'}, shape.summary));
    caption.textContent = svg ? shape.summary : '';
    buttons[0].disabled = svg === undefined;
    buttons[1].disabled = shape.rows.length === 0;
    behind.replaceChildren(scrolled(`${title}: table`, table(shape, title)));
  }

  const node = html(
    'figure',
    {id, 'aria-labelledby': `${id}-heading`},
    html('div', {class: 'heading'}, html('h3', {id: `${id}-heading`}, title), html('div', {class: 'save'}, ...buttons)),
    html('p', {class: 'about'}, about),
    ...(controls.length > 0 ? [html('div', {class: 'controls'}, ...controls)] : []),
    drawing,
    caption,
    html('details', {}, html('summary', {}, `Table: ${title}`), behind),
  );
  return {node, update};
}
