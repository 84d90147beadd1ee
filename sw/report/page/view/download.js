// Figures as files.

/// Has the browser save a text.
export function save(name, text, type) {
  const url = URL.createObjectURL(new Blob([text], {type}));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

/// An SVG that needs nothing of this page: its colours are those of the theme that is shown.
export function standalone(svg) {
  const style = getComputedStyle(svg);
  const copy = svg.cloneNode(true);
  copy.setAttribute('color', style.color);
  const page = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  for (const [key, value] of Object.entries({width: '100%', height: '100%', fill: 'var(--page)'})) page.setAttribute(key, value);
  copy.insertBefore(page, copy.querySelector('g'));
  const text = new XMLSerializer().serializeToString(copy);
  return text.replace(/var\((--[\w-]+)\)/g, (_, name) => style.getPropertyValue(name).trim());
}
