// HTML elements. Texts are texts: nothing that a file holds is ever taken as HTML.

export function html(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
    else if (value === true) node.setAttribute(key, '');
    else if (value !== false && value !== undefined) node.setAttribute(key, value);
  }
  node.append(...children.filter((child) => child !== undefined));
  return node;
}

/// A labelled choice. `options`: [value, words]; `changed`: told the new value.
export function choice(id, label, options, value, changed) {
  const select = html('select', {id, onchange: (event) => changed(event.target.value)});
  for (const [key, words] of options) select.append(html('option', {value: key, selected: key === value}, words));
  return html('span', {class: 'choice'}, html('label', {for: id}, label), select);
}

/// A part of the page that scrolls by itself, and that keys can reach.
export const scrolled = (label, ...children) =>
  html('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': label}, ...children);
