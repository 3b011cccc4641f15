import type { Browser, Page } from 'playwright-core';

/** How a page is shown. */
export interface View {
  readonly width: number;
  readonly height?: number;
  readonly scheme: 'dark' | 'light';
}

/** A page, and whatever went wrong while it was loaded: messages of its console, answers that were not 200. */
export interface OpenPage {
  readonly page: Page;
  readonly problems: readonly string[];
  close(): Promise<void>;
}

export async function openBoard(
  browser: Browser,
  url: string,
  board: string,
  { width, height = 900, scheme }: View,
  choice = '',
): Promise<OpenPage> {
  const context = await browser.newContext({
    ...{ viewport: { width, height }, colorScheme: scheme, locale: 'en-GB', timezoneId: 'UTC' },
  });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`error: ${error.message}`));
  page.on('requestfailed', (request) => problems.push(`failed: ${request.url()}`));
  page.on('response', (response) => {
    if (response.status() !== 200) problems.push(`${response.status()}: ${response.url()}`);
    if (!response.url().startsWith(url) && !response.url().startsWith('data:'))
      problems.push(`another host: ${response.url()}`);
  });
  await page.goto(`${url}#${board}?range=300&refresh=0${choice}`);
  await page.waitForSelector(`body[data-loaded="${board}"]`, { timeout: 60_000 });
  return { page, problems, close: () => context.close() };
}

/** The panels by their state: `data`, `empty`, `error`. */
export function panelStates(page: Page): Promise<Record<string, string>> {
  return page.$$eval('article.panel', (panels) =>
    Object.fromEntries(panels.map((panel) => [panel.dataset.panel ?? '', panel.dataset.state ?? ''])),
  );
}

/**
 * What is cut off, lies outside of its panel, lies on another panel, or cannot be read for want of contrast. It runs in the
 * page, as text: the types of a browser are not those of this program.
 */
const JUDGE = `(() => {
  const found = [];
  const panels = [...document.querySelectorAll('article.panel')];
  const nameOf = (element) => (element.closest('[data-panel]')?.dataset.panel ?? 'page') + ' ' + element.tagName.toLowerCase()
    + (element.className && typeof element.className === 'string' ? '.' + element.className.trim().split(/\\s+/).join('.') : '')
    + ' "' + element.textContent.trim().slice(0, 40) + '"';
  if (document.documentElement.scrollWidth > innerWidth) found.push('the page is wider than the window');

  const isShown = (element) => element.checkVisibility({ visibilityProperty: true });
  const ownText = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '');
  const texts = [...document.querySelectorAll('body *')].filter((element) =>
    isShown(element) && ownText(element) && !element.closest('details:not([open]) > :not(summary)') && element.tagName !== 'OPTION');
  for (const element of texts) {
    if (element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== 'inline')
      found.push('cut off: ' + nameOf(element));
  }

  const inside = (inner, outer) => inner.left >= outer.left - 1 && inner.right <= outer.right + 1 && inner.top >= outer.top - 1 && inner.bottom <= outer.bottom + 1;
  for (const panel of panels) {
    const box = panel.getBoundingClientRect();
    for (const element of panel.querySelectorAll('*')) {
      if (!isShown(element) || element.closest('.facts, .scroll table, .u-under, .u-over')) continue;
      if (!inside(element.getBoundingClientRect(), box)) found.push('outside of its panel: ' + nameOf(element));
    }
  }
  const boxes = panels.map((panel) => [panel.dataset.panel, panel.getBoundingClientRect()]);
  for (const [index, [name, a]] of boxes.entries())
    for (const [other, b] of boxes.slice(index + 1))
      if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1) found.push(name + ' lies on ' + other);

  const channels = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const background = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = channels(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const contrast = (a, b) => { const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
  for (const element of texts) {
    const ratio = contrast(channels(getComputedStyle(element).color), background(element));
    if (ratio < 4.5) found.push('contrast ' + ratio.toFixed(2) + ': ' + nameOf(element));
  }
  const hex = (text) => [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16));
  for (const line of document.querySelectorAll('.legend line')) {
    const ratio = contrast(hex(line.getAttribute('stroke')), background(line.closest('article')));
    if (ratio < 3) found.push('contrast of a line ' + ratio.toFixed(2) + ': ' + nameOf(line.closest('li')));
  }

  // A chart that was drawn has pixels of many colours: grid, labels, lines and their edges.
  for (const canvas of document.querySelectorAll('article[data-state="data"] .chart canvas')) {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const colours = new Set();
    for (let at = 0; at < data.length; at += 4) if (data[at + 3] > 200) colours.add((data[at] << 16) | (data[at + 1] << 8) | data[at + 2]);
    if (colours.size < 4) found.push('nothing is drawn: ' + canvas.closest('[data-panel]').dataset.panel);
  }
  return { found, texts: texts.length, panels: panels.length };
})()`;

export interface Judgement {
  readonly found: readonly string[];
  /** How much was looked at. */
  readonly texts: number;
  readonly panels: number;
}

export const judgePage = (page: Page): Promise<Judgement> => page.evaluate(JUDGE);
