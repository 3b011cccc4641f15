import type { Format, Reading, RecordedMessage, Session } from '../session';
import { type Fields, isFields, rowsOf, stringOf } from '../values';
import { type Screen, screenText } from './omniact-screen';

/** The tasks of one screen, with what the published files say of it: the record that `omniact-map.ts` makes. */
export interface ScreenTasks {
  /** `web/asics/screen_1` */
  readonly screenId: string;
  readonly screen: Screen;
  /** Texts of the task files, in order; undefined for a file that is not there. */
  readonly tasks: readonly (string | undefined)[];
}

const INSTRUCTIONS =
  'You operate a computer for a user. You are told what is on the screen, and do each task with a script for ' +
  'pyautogui. Answer with the lines of the script and nothing else.';

/**
 * OmniACT: single tasks on screens. A session is the tasks of one application and screen in their order, which is a rule
 * of ours: the data set has single steps. The screen is told as text, once, for gpt-oss reads no pictures.
 */
export const omniact: Format = {
  name: 'omniact',
  title: 'OmniACT',
  profile: 'C',
  attribution: 'OmniACT, Writer, Apache-2.0',
  columns: ['id', 'task', 'image', 'ocr', 'color', 'icon', 'box'],
  recognises: (record) => isScreenTasks(record) || isLoaded(record),
  read: (record, { screenTasks }) =>
    readScreen(isScreenTasks(record) ? record : loadedScreen(record), screenTasks),
};

const isScreenTasks = (record: Fields): record is Fields & ScreenTasks =>
  'screenId' in record && 'screen' in record;

/** A record as a public loader yields it: everything inline, `ocr` as `{text, value}`. */
export const isLoaded = (record: Fields): boolean =>
  typeof record.task === 'string' && isFields(record.ocr) && 'box' in record && /^\s*Task:/.test(record.task);

function readScreen({ screenId, screen, tasks }: ScreenTasks, most = Number.POSITIVE_INFINITY): Reading {
  const dropped: string[] = [];
  const steps = tasks.flatMap((text) => {
    if (text === undefined) {
      dropped.push('the file of a task is missing (unpack data.zip beside the JSON file)');
      return [];
    }
    const step = taskOf(text);
    if (step === undefined) dropped.push('a task without a script');
    return step ?? [];
  });
  const sessions: Session[] = [];
  for (let from = 0; from < steps.length; from += most) {
    const id = steps.length <= most ? screenId : `${screenId}/${from}`;
    sessions.push({
      id,
      task: screenId,
      messages: messagesOf(screenId, screen, steps.slice(from, from + most)),
    });
  }
  return { sessions, dropped };
}

function messagesOf(
  screenId: string,
  screen: Screen,
  steps: readonly ScriptedTask[],
): readonly RecordedMessage[] {
  const asked = steps.flatMap(({ task, script }, index) => {
    const seen = index === 0 ? `${screenText(screenId, screen)}\n\n` : '';
    return [
      { fields: { role: 'user', content: `${seen}Task: ${task}` } },
      { fields: { role: 'assistant', content: script } },
    ];
  });
  return [{ fields: { role: 'system', content: INSTRUCTIONS } }, ...asked];
}

interface ScriptedTask {
  readonly task: string;
  readonly script: string;
}

/**
 * A task and its script. The line `Output Script:` is missing in some files, and some calls lack the first letter of
 * `pyautogui`.
 */
export function taskOf(text: string): ScriptedTask | undefined {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const isCall = (line: string) => /^p?yautogui\./.test(line);
  const first = lines.findIndex(isCall);
  if (first < 0) return undefined;
  const task = lines
    .slice(0, first)
    .filter((line) => !/^Output Script:?$/i.test(line))
    .join(' ')
    .replace(/^\s*Task:\s*/i, '')
    .replace(/\s*Output Script:?\s*$/i, '')
    .trim();
  const script = lines
    .slice(first)
    .filter((line) => line !== '')
    .map((line) => line.replace(/^yautogui\./, 'pyautogui.'));
  return task === '' ? undefined : { task, script: script.join('\n') };
}

/** `data/data/web/asics/screen1.png` → `web/asics/screen_1`, the name that the other files have. */
export const screenIdOf = (path: string): string =>
  path
    .replace(/\.\w+$/, '')
    .replace(/^(?:(?:data|ocr|detact_color|detact_icon|images?)\/)+/, '')
    .replace(/screen(\d+)$/, 'screen_$1');

/** The columns of a loader back to what the published files hold. */
export function loadedScreen(record: Fields): ScreenTasks {
  const pairs = (value: unknown) => {
    const rows = rowsOf(value) ?? [];
    return Object.fromEntries(rows.map(({ text, value: at }) => [`${text}`, at]));
  };
  const boxes = (rowsOf(record.box) ?? []).map((box, index) => [`${index}`, box]);
  return {
    screenId: screenIdOf(stringOf(record.image) ?? 'screen'),
    screen: {
      ocr: pairs(record.ocr),
      color: pairs(record.color),
      icon: pairs(record.icon),
      box: Object.fromEntries(boxes),
    },
    tasks: [stringOf(record.task)],
  };
}
