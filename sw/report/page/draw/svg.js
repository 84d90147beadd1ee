// One SVG for a figure: drawings and legends below each other, with a title and a description for
// who does not see them.

const space = 'http://www.w3.org/2000/svg';

export function element(name, attributes = {}, ...children) {
  const node = document.createElementNS(space, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

/// A text line of a figure.
export const words = (text, x, y, attributes = {}) =>
  element('text', {x, y, fill: 'currentColor', 'font-size': 12, ...attributes}, text);

/// About how wide a text of that size is.
export const widthOf = (text, size = 12) => text.length * size * 0.56;

/// `parts`: SVG elements that Plot drew, or {node, height} that are drawn from 0, 0 on.
export function figureSvg({id, title, description, width, parts, patterns = []}) {
  const svg = element('svg', {
    xmlns: space,
    width,
    role: 'img',
    'aria-labelledby': `${id}-title ${id}-description`,
    'font-family': 'system-ui, sans-serif',
    fill: 'currentColor',
  });
  svg.append(
    element('title', {id: `${id}-title`}, title),
    element('desc', {id: `${id}-description`}, description),
  );
  if (patterns.length > 0) svg.append(element('defs', {}, ...patterns));
  let y = 0;
  for (const part of parts) {
    const own = element('g', {transform: `translate(0,${y})`});
    if (part.node) {
      own.append(part.node);
      y += part.height;
    } else {
      for (const name of ['font-size', 'text-anchor', 'fill']) {
        const value = part.getAttribute(name);
        if (value) own.setAttribute(name, value);
      }
      own.append(...[...part.childNodes].filter((child) => child.nodeName !== 'style'));
      y += Number(part.getAttribute('height'));
    }
    svg.append(own);
  }
  // What Plot calls its marks helps nobody within an image.
  for (const mark of svg.querySelectorAll('g[aria-label]')) {
    mark.setAttribute('data-mark', mark.getAttribute('aria-label'));
    mark.removeAttribute('aria-label');
  }
  svg.setAttribute('height', y);
  svg.setAttribute('viewBox', `0 0 ${width} ${y}`);
  return svg;
}

/// Swatches with words: {node, height}. `items`: {fill, label}.
export function legend(items, width) {
  const node = element('g');
  const row = 22;
  let x = 0;
  let y = 0;
  for (const {fill, label} of items) {
    const wide = 24 + widthOf(label) + 18;
    if (x > 0 && x + wide > width) {
      x = 0;
      y += row;
    }
    node.append(
      element('rect', {x, y: y + 3, width: 18, height: 13, fill, stroke: 'currentColor', 'stroke-width': 0.5}),
      words(label, x + 24, y + 14),
    );
    x += wide;
  }
  return {node, height: y + row + 8};
}
