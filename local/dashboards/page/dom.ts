type Attributes = Readonly<Record<string, string | boolean | undefined>>;

/** An element with attributes (`true` is one without a value) and children; text is never read as HTML. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children);
  return element;
}

const SVG = 'http://www.w3.org/2000/svg';

/** A piece of a line, as a legend shows it. */
export function swatch(dash: readonly number[], colour: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  const line = document.createElementNS(SVG, 'line');
  for (const [name, value] of Object.entries({
    viewBox: '0 0 22 8',
    width: '22',
    height: '8',
    'aria-hidden': 'true',
  })) {
    svg.setAttribute(name, value);
  }
  const drawn = { x1: '0', x2: '22', y1: '4', y2: '4', stroke: colour, 'stroke-width': '2.5' };
  for (const [name, value] of Object.entries(drawn)) line.setAttribute(name, value);
  if (dash.length > 0) line.setAttribute('stroke-dasharray', dash.join(' '));
  svg.append(line);
  return svg;
}
