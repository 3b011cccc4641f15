import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { writeOmniact } from '../../../scripts/sessions/omniact';
import { Random } from '../../../scripts/sessions/random';
import { taskOf } from '../../../validation/dataset/formats/omniact';
import { isReadable, readSource } from '../../../validation/dataset/read';
import { walk } from '../../../validation/dataset/walk';
import { all, emptyFolder, put } from './files';

const TASKS = [
  'Task: Open it\nOutput Script:\npyautogui.click(1,2)',
  'Task: Close it\nyautogui.click(3,4)\npyautogui.press("a")',
];

function omniactFolder(): string {
  const folder = emptyFolder();
  const screen = { number: 1, texts: 3, tasks: TASKS };
  writeOmniact(new Random(3), folder, [
    { ...screen, system: 'web', application: 'shop' },
    { ...screen, system: 'desktop', application: 'notes' },
  ]);
  return folder;
}

async function found(path: string, screenTasks?: number) {
  const { sources } = await walk([path]);
  const lists = await Promise.all(
    sources
      .filter(isReadable)
      .map((source) => all(readSource(source, screenTasks === undefined ? {} : { screenTasks }))),
  );
  return { sources, found: lists.flat() };
}

const sessionsOf = async (path: string, screenTasks?: number) =>
  (await found(path, screenTasks)).found.flatMap((each) => (each.kind === 'session' ? [each.session] : []));

describe('OmniACT', () => {
  test('the tasks of one screen are a session, and the screen is told once, as text', async () => {
    const sessions = await sessionsOf(omniactFolder());
    assert.deepEqual(
      sessions.map(({ id, task, messages }) => [id, task, messages.length]),
      [
        ['web/shop/screen_1', 'web/shop/screen_1', 5],
        ['desktop/notes/screen_1', 'desktop/notes/screen_1', 5],
      ],
    );
    const contents = sessions[0]?.messages.map(({ fields }) => `${fields.content}`) ?? [];
    assert.match(contents[1] ?? '', /^Screen web\/shop\/screen_1: shop \(web\)\.\nTexts/);
    assert.match(contents[1] ?? '', /\n\nTask: Open it$/);
    assert.deepEqual(contents.slice(2), [
      'pyautogui.click(1,2)',
      'Task: Close it',
      'pyautogui.click(3,4)\npyautogui.press("a")',
    ]);
  });

  test('boxes are found under the names that web and desktop screens have on disk', async () => {
    for (const { messages } of await sessionsOf(omniactFolder())) {
      const screen = `${messages[1]?.fields.content}`;
      assert.match(screen, /- search_button from \(\d+, \d+\) to \(\d+, \d+\)/);
      // Labels that are no texts are told, boxes that are not valid are not.
      assert.match(screen, /- 7 from/);
      assert.doesNotMatch(screen, /found_wrong/);
    }
  });

  test('the other files of the layout are read by way of the map alone', async () => {
    const { sources } = await found(omniactFolder());
    assert.deepEqual(
      sources.map(({ origin }) => origin.name),
      ['train'],
    );
  });

  test('a session has at most so many tasks as one wishes', async () => {
    const ids = (await sessionsOf(omniactFolder(), 1)).map(({ id }) => id);
    assert.deepEqual(ids, [
      'web/shop/screen_1/0',
      'web/shop/screen_1/1',
      'desktop/notes/screen_1/0',
      'desktop/notes/screen_1/1',
    ]);
  });

  test('tasks whose files are missing are dropped with what to do', async () => {
    const folder = omniactFolder();
    rmSync(join(folder, 'data/tasks/web'), { recursive: true });
    const reasons = (await found(folder)).found.flatMap((each) =>
      each.kind === 'dropped' ? [each.reason] : [],
    );
    assert.deepEqual(
      reasons,
      Array(2).fill('the file of a task is missing (unpack data.zip beside the JSON file)'),
    );
  });

  test('refuses paths of a map that lead out of its folder', async () => {
    const folder = emptyFolder();
    put(folder, 'secret.txt', TASKS[0] ?? '');
    const entry = {
      task: '../secret.txt',
      image: 'x.png',
      ocr: 'o.json',
      color: 'c.json',
      icon: 'i.json',
      box: 'b.json',
    };
    put(folder, 'set/train.json', JSON.stringify({ 0: entry }));
    assert.deepEqual(await sessionsOf(join(folder, 'set')), []);
  });

  test('records of a loader are the same sessions, with the screen inline', async () => {
    const ocr = {
      text: ['Home', 'Cart'],
      value: [
        [1, 2],
        [3, 4],
      ],
    };
    const box = { top_left: [[5, 6]], bottom_right: [[7, 8]], label: ['go'], valid: [1] };
    const record = { ocr, box, color: { text: [], value: [] }, icon: { text: [], value: [] } };
    const rows = TASKS.map((task, id) => ({ id, task, image: 'data/data/web/shop/screen1.png', ...record }));
    const [session, ...more] = await sessionsOf(put(emptyFolder(), 'loaded.json', JSON.stringify(rows)));
    assert.deepEqual([session?.id, session?.messages.length, more.length], ['web/shop/screen_1', 5, 0]);
    const screen = `${session?.messages[1]?.fields.content}`;
    assert.match(screen, /- "Cart" at \(3, 4\)/);
    assert.match(screen, /- go from \(5, 6\) to \(7, 8\)/);
  });

  test('a script is known by its calls', () => {
    assert.deepEqual(taskOf('Task: a\npyautogui.click()'), { task: 'a', script: 'pyautogui.click()' });
    assert.deepEqual(taskOf('Task: a b\r\nOutput Script:\r\nyautogui.press("x")\r\n'), {
      task: 'a b',
      script: 'pyautogui.press("x")',
    });
    assert.equal(taskOf('Task: a\nOutput Script:\n'), undefined);
  });
});
