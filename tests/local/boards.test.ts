import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { panelsOf } from '../../base/board';
import { BOARDS } from '../../constructs';
import type { PanelAnswer } from '../../local/dashboards/answer';
import { type BoardServer, serveBoards } from '../../local/dashboards/server';
import { type BoardPlatform, startBoardPlatform } from './board-platform';
import { startBrowser } from './browser';
import { judgePage, openBoard, panelStates, type View } from './page-judge';

/** `UPDATE_PICTURES=300`: so many seconds of load, and then the pictures of docs/ are taken anew. */
const PICTURES = Number(process.env.UPDATE_PICTURES ?? 0);
const images = resolve(__dirname, '../../docs/images');

/** Those that docs/observability.md shows. */
const SHOWN = [
  'overview-1280-light',
  'engine-1280-dark',
  'workloads-1280-light',
  'validation-1280-dark',
  'overview-390-light',
];

/** Rates of recorded series need two evaluations: with rules every 5 s, half a minute; ten times that is never. */
const LONGEST_WAIT = 300;

const VIEWS: readonly View[] = [
  { width: 1280, scheme: 'light' },
  { width: 1280, scheme: 'dark' },
  { width: 390, scheme: 'light' },
];

/** A panel of a board, by their ids. */
type Asked = Readonly<Record<'board' | 'panel', string>>;

describe('the dashboards in Chromium, from a real Prometheus with stand-ins for model server, gateway and GPUs', () => {
  let platform: BoardPlatform;
  let server: BoardServer;
  let browser: Browser;

  /** Those of the panels that have no value yet. */
  async function empty(panels: readonly Asked[]): Promise<Asked[]> {
    const answers = await Promise.all(
      panels.map(async (one) => {
        const response = await fetch(
          `${server.url}api/panel?${new URLSearchParams({ ...one, range: '300' })}`,
        );
        const { queries } = (await response.json()) as PanelAnswer;
        return queries.some((series) => series.length > 0) ? [] : [one];
      }),
    );
    return answers.flat();
  }

  before(async () => {
    platform = await startBoardPlatform();
    server = await serveBoards({ boards: BOARDS, prometheus: platform.prometheus, port: 0 });
    // The load's hundredth call has had every kind of outcome.
    await platform.called(100);
    let left = BOARDS.flatMap((board) => panelsOf(board).map(({ id }) => ({ board: board.id, panel: id })));
    for (let waited = 0; waited < LONGEST_WAIT && left.length > 0; waited += 1) {
      await sleep(1000);
      left = await empty(left);
    }
    await sleep(PICTURES * 1000);
    browser = await startBrowser();
  });

  after(async () => {
    await browser?.close();
    await server?.close();
    await platform?.stop();
  });

  for (const board of BOARDS) {
    test(`${board.title}: no panel is empty, no query fails, nothing is cut off, in three views [boards-browser]`, async () => {
      for (const view of VIEWS) {
        const shown = `${view.width} px, ${view.scheme}`;
        const { page, problems, close } = await openBoard(browser, server.url, board.id, view);
        const states = await panelStates(page);
        assert.deepEqual(states, Object.fromEntries(panelsOf(board).map(({ id }) => [id, 'data'])), shown);
        const { found, texts, panels } = await judgePage(page);
        assert.deepEqual(found, [], shown);
        assert.equal(panels, panelsOf(board).length);
        assert.ok(texts > 3 * panels, `only ${texts} texts were looked at`);
        assert.deepEqual(problems, [], shown);
        const picture = `${board.id}-${view.width}-${view.scheme}`;
        if (PICTURES > 0 && SHOWN.includes(picture)) {
          mkdirSync(images, { recursive: true });
          const clip = { x: 0, y: 0, width: view.width, height: view.width > 400 ? 1120 : 900 };
          await page.screenshot({ path: join(images, `board-${picture}.png`), fullPage: true, clip });
        }
        await close();
      }
    });
  }

  test('what is chosen is asked for, and what nobody calls says why there is nothing', async () => {
    const view = VIEWS[0] as View;
    const one = await openBoard(browser, server.url, 'workloads', view, '&workload=terminal-bench-ci');
    const rows = await one.page.$$eval('tbody th', (cells) => cells.map((cell) => cell.textContent));
    assert.deepEqual(rows, ['terminal-bench-ci']);
    const choices = await one.page.$$eval('.variable select option', (options) =>
      options.map((option) => option.textContent),
    );
    assert.ok(choices.includes('swe-rebench-ide') && choices.includes('all'), choices.join());
    await one.page
      .locator('label', { hasText: 'Workload' })
      .locator('select')
      .selectOption('swe-rebench-ide');
    await one.page.waitForSelector('tbody th:text("swe-rebench-ide")');
    await one.close();

    const nobody = await openBoard(browser, server.url, 'workloads', view, '&workload=nobody');
    const states = Object.values(await panelStates(nobody.page));
    assert.deepEqual([...new Set(states)], ['empty']);
    const said = await nobody.page.$$eval('.note', (notes) => notes.map((note) => note.textContent ?? ''));
    for (const sentence of said) assert.match(sentence, /^No data, because .+\.$/);
    assert.deepEqual((await judgePage(nobody.page)).found, []);
    await nobody.close();
  });

  test('refuses a page that is cut off, that lies on itself, that cannot be read or that is not drawn', async () => {
    const { page, close } = await openBoard(browser, server.url, 'overview', VIEWS[0] as View);
    /** What is found once the first of these elements has another style. */
    const spoilt = async (selector: string, style: string) => {
      const element = page.locator(selector).first();
      // Not as an attribute: the page's own policy refuses these.
      const before: string = await element.evaluate((one, css) => {
        const { cssText } = one.style;
        one.style.cssText = `${cssText};${css}`;
        return cssText;
      }, style);
      const { found } = await judgePage(page);
      await element.evaluate((one, css) => {
        one.style.cssText = css;
      }, before);
      return found.join('\n');
    };
    assert.match(
      await spoilt('h4', 'width: 20px; overflow: hidden; white-space: nowrap'),
      /^cut off: calls h4/m,
    );
    assert.match(
      await spoilt('.legend', 'position: relative; top: 400px'),
      /outside of its panel: calls-by-workload/,
    );
    assert.match(await spoilt('.areas', 'width: 900px'), /calls-by-workload lies on throughput/);
    assert.match(await spoilt('main', 'width: 2000px; max-width: none'), /the page is wider than the window/);
    assert.match(await spoilt('.figure .suffix', 'color: #bbbbbb'), /contrast [12]\.\d+: calls/);
    await page.$eval('.chart canvas', (canvas) => Object.assign(canvas, { width: 600 }));
    assert.deepEqual((await judgePage(page)).found, ['nothing is drawn: calls-by-workload']);
    await close();
  });

  test('all of it is reached with a keyboard, and what explains a panel is whole', async () => {
    const start = await openBoard(browser, server.url, 'overview', VIEWS[0] as View);
    await start.page.locator('nav a').nth(2).focus();
    await start.page.keyboard.press('Enter');
    await start.page.waitForSelector('body[data-loaded="engine"]');
    await start.close();
    for (const view of [VIEWS[0], VIEWS[2]] as readonly View[]) {
      const { page, close } = await openBoard(browser, server.url, 'overview', view);
      for (const help of await page.locator('article .help').all()) {
        await help.locator('summary').focus();
        await page.keyboard.press('Enter');
        const facts = help.locator('.facts');
        await facts.waitFor({ state: 'visible' });
        // Its place is chosen when it has been opened, which is told a moment later.
        await page.evaluate('new Promise((shown) => requestAnimationFrame(() => setTimeout(shown)))');
        const box = await facts.boundingBox();
        assert.ok(box && box.x >= 0 && box.x + box.width <= view.width, JSON.stringify({ view, box }));
        assert.match((await facts.textContent()) ?? '', /Meaning.*Look at first.*Query.*(gw|llm):/s);
        assert.deepEqual((await judgePage(page)).found, []);
        await page.keyboard.press('Escape');
        assert.equal(await help.evaluate((element) => element.hasAttribute('open')), false);
      }
      await close();
    }
  });
});
