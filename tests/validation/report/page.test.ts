import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { writeLoadReport } from '../../../validation/report/write';
import { startBrowser } from '../../local/browser';
import type { View } from '../../local/page-judge';
import { newFolder } from '../../local/scratch';
import { writeMadeRun } from './made-run';

const VIEWS: readonly View[] = [1280, 390].flatMap((width) =>
  (['light', 'dark'] as const).map((scheme) => ({ width, scheme })),
);

/** `UPDATE_PICTURES=1`: the picture of docs/validation.md is taken anew. */
const PICTURES = process.env.UPDATE_PICTURES !== undefined;
const images = resolve(__dirname, '../../../docs/images');

/**
 * What cannot be read for want of contrast, lies outside of the window without a scroller, or is not drawn. It runs in the
 * page, as text: the types of a browser are not those of this program.
 */
const JUDGE = `(() => {
  const found = [];
  const shown = (element) => element.checkVisibility();
  const nameOf = (element) => element.tagName + ' "' + element.textContent.trim().slice(0, 40) + '"';
  if (document.documentElement.scrollWidth > innerWidth) found.push('the page is wider than the window');
  for (const element of document.querySelectorAll('body *')) {
    if (!shown(element) || element.closest('.scroll table')) continue;
    const { left, right } = element.getBoundingClientRect();
    if (left < -1 || right > innerWidth + 1) found.push('outside of the window: ' + nameOf(element));
  }
  const channels = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number);
  const luminance = (colour) => channels(colour).slice(0, 3).map((c) => c / 255)
    .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const background = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (channels(colour).length === 3 || channels(colour)[3] > 0) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const contrast = (a, b) => { const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
  let texts = 0;
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '');
    if (!own || !shown(element) || element.closest('title, desc')) continue;
    texts += 1;
    const style = getComputedStyle(element);
    const ratio = contrast(element.closest('svg') ? style.fill : style.color, background(element));
    if (ratio < 4.5) found.push('contrast ' + ratio.toFixed(2) + ': ' + nameOf(element));
    if (element.closest('svg.chart') && element.getBoundingClientRect().height < 10) found.push('too small: ' + nameOf(element));
  }
  const charts = [...document.querySelectorAll('svg.chart')].filter(shown);
  for (const chart of charts) {
    const lines = [...chart.querySelectorAll('.line')];
    if (lines.length === 0 || lines.some((line) => line.getTotalLength() < 20)) found.push('nothing is drawn: ' + chart.querySelector('title').textContent);
    if (chart.querySelectorAll('.tick').length < 4) found.push('no ticks: ' + chart.querySelector('title').textContent);
    for (const line of lines) {
      const ratio = contrast(getComputedStyle(line).stroke, background(chart));
      if (ratio < 3) found.push('contrast of a line ' + ratio.toFixed(2));
    }
  }
  return { found, texts, charts: charts.length, figures: document.querySelectorAll('figure').length, title: document.title };
})()`;

interface Judged {
  readonly found: readonly string[];
  readonly texts: number;
  readonly charts: number;
  readonly figures: number;
  readonly title: string;
}

describe('the page of a load report in Chromium', () => {
  let browser: Browser;
  let url: string;

  before(async () => {
    const folder = newFolder();
    writeMadeRun(folder);
    url = pathToFileURL(writeLoadReport(folder).page).href;
    browser = await startBrowser();
  });
  after(() => browser?.close());

  async function open({ width, scheme }: View): Promise<{ page: Page; problems: string[] }> {
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: scheme });
    const page = await context.newPage();
    const problems: string[] = [];
    page.on('console', (message) => problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('request', (request) => {
      if (request.url() !== url && !request.url().startsWith('data:'))
        problems.push(`asked for ${request.url()}`);
    });
    await page.goto(url);
    return { page, problems };
  }

  test('nothing is cut off, empty, too small or too pale, at 1280 and 390 px, light and dark [report-browser]', async () => {
    for (const view of VIEWS) {
      const shown = `${view.width} px, ${view.scheme}`;
      const { page, problems } = await open(view);
      const { found, texts, charts, figures, title } = (await page.evaluate(JUDGE)) as Judged;
      assert.deepEqual(found, [], shown);
      assert.deepEqual(problems, [], shown);
      assert.deepEqual([charts, figures], [4, 4], shown);
      assert.ok(texts > 400, `only ${texts} texts were looked at`);
      assert.match(title, /^T2 lies above 32 and at most at 40 users/);
      if (PICTURES && view.width === 1280 && view.scheme === 'light') {
        mkdirSync(images, { recursive: true });
        await page.evaluate(`document.querySelector('#figures').scrollIntoView({ behavior: 'instant' })`);
        await page.screenshot({ path: join(images, 'load-report-1280-light.png') });
      }
      await page.context().close();
    }
  });

  test('wide tables scroll inside themselves, with a keyboard too, and claims are read without scrolling', async () => {
    const { page } = await open({ width: 390, scheme: 'light' });
    const widths = (await page.evaluate(
      `[...document.querySelectorAll('.scroll')].filter((one) => one.checkVisibility()).map((one) => [one.querySelector('table').className, one.scrollWidth - one.clientWidth, one.tabIndex])`,
    )) as [string, number, number][];
    assert.ok(widths.some(([, over]) => over > 50));
    for (const [kind, over, tab] of widths) {
      assert.equal(tab, 0);
      if (kind === 'stacks') assert.ok(over <= 1, `${over} px to scroll`);
    }
    await page.context().close();
  });

  test('refuses a page that is too wide, too pale or without lines', async () => {
    const { page } = await open({ width: 1280, scheme: 'light' });
    const spoilt = async (css: string) => {
      const style = await page.addStyleTag({ content: css });
      const { found } = (await page.evaluate(JUDGE)) as Judged;
      await style.evaluate((element) => (element as unknown as { remove(): void }).remove());
      return found.join('\n');
    };
    assert.match(await spoilt('main { width: 2000px; max-width: none }'), /wider than the window/);
    assert.match(await spoilt('.soft { color: #bbb !important }'), /contrast [12]\.\d+/);
    await page.evaluate(`document.querySelector('.chart .line').setAttribute('d', 'M0 0h1')`);
    assert.match(((await page.evaluate(JUDGE)) as Judged).found.join(), /nothing is drawn/);
    await page.context().close();
  });
});
