// The table behind a figure.

import {fixed, grouped, percent} from '../shape/format.js';
import {html} from './dom.js';

/// A value as the program prints it.
function shown(value, unit) {
  if (value === undefined || value === null || value === '') return '';
  if (typeof value !== 'number') return String(value);
  if (unit === 'share') return percent(value);
  if (Number.isInteger(value)) return unit ? grouped(value) : String(value);
  return fixed(value, 1);
}

export function table({columns, rows}, caption) {
  const head = html('tr');
  for (const column of columns)
    head.append(html('th', {scope: 'col', class: column.unit || column.number ? 'number' : undefined, title: column.help}, column.label));
  const body = html('tbody');
  // A row is named by its first text.
  const naming = columns.findIndex((column) => !column.unit && !column.number && column.key !== 'index');
  for (const row of rows) {
    const line = html('tr', {class: row.total ? 'total' : undefined});
    columns.forEach((column, i) => {
      const isName = i === naming;
      line.append(
        html(
          isName ? 'th' : 'td',
          {scope: isName ? 'row' : undefined, class: column.unit || column.number ? 'number' : undefined},
          shown(row[column.key], column.unit),
        ),
      );
    });
    body.append(line);
  }
  return html('table', {}, html('caption', {}, caption), html('thead', {}, head), body);
}
