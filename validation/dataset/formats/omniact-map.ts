import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import type { Raw, ReadOptions } from '../files/raw';
import { type Fields, isFields, parsed, stringOf } from '../values';
import { isLoaded, loadedScreen, type ScreenTasks, screenIdOf } from './omniact';

const PATHS = ['ocr', 'color', 'icon', 'box'] as const;

/** Whether an object is the published map: id → paths of `{task, image, ocr, color, icon, box}`. */
export function isOmniactMap(value: unknown): value is Readonly<Record<string, Fields>> {
  const entries = isFields(value) ? Object.values(value) : [];
  return (
    entries.length > 0 &&
    entries.every((entry) => isFields(entry) && typeof entry.task === 'string' && /\.txt$/.test(entry.task))
  );
}

/** Folders of the published layout beside a map, by the first parts of its paths: `data`, `ocr`, ... */
export const omniactFolders = (map: Readonly<Record<string, Fields>>): ReadonlySet<string> =>
  new Set(
    Object.values(map).flatMap((entry) =>
      ['task', 'image', ...PATHS].flatMap((name) => stringOf(entry[name])?.split('/')[0] ?? []),
    ),
  );

/** The screens of a map, each a record with its tasks; files are opened for screens that are wanted only. */
export async function* omniactScreens(
  path: string,
  map: Readonly<Record<string, Fields>>,
  { wanted }: ReadOptions = {},
): AsyncGenerator<Raw> {
  const screens = new Map<string, Fields[]>();
  for (const entry of Object.values(map)) {
    const id = screenIdOf(stringOf(entry.ocr) ?? stringOf(entry.image) ?? 'screen');
    screens.set(id, [...(screens.get(id) ?? []), entry]);
  }
  const folder = dirname(path);
  for (const [ordinal, [screenId, entries]] of [...screens].entries()) {
    if (wanted && !wanted(ordinal)) yield { kind: 'skipped', ordinal };
    else yield { kind: 'record', ordinal, value: await screenOf(folder, screenId, entries) };
  }
}

async function screenOf(folder: string, screenId: string, entries: readonly Fields[]): Promise<ScreenTasks> {
  const paths = entries[0] ?? {};
  const objectAt = async (name: (typeof PATHS)[number]) => {
    const text = await textAt(folder, stringOf(paths[name]));
    const value = text === undefined ? undefined : parsed(text);
    return isFields(value) ? value : {};
  };
  return {
    screenId,
    screen: {
      ocr: await objectAt('ocr'),
      color: await objectAt('color'),
      icon: await objectAt('icon'),
      box: await objectAt('box'),
    },
    tasks: await Promise.all(entries.map(({ task }) => textAt(folder, stringOf(task)))),
  };
}

/** A file of the map, under its own name or the one that it has on disk; undefined where it is not there. */
async function textAt(folder: string, path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  const found = namesOnDisk(path)
    .filter((name) => !normalize(name).startsWith('..'))
    .map((name) => join(folder, name))
    .find(existsSync);
  return found === undefined ? undefined : readFile(found, 'utf8');
}

/**
 * Where a path of the map may be. For web screens the map's names are wrong: `screen_1.png` is `screen1.png` on disk, and
 * its boxes are in `screen1_boxes.json`. An archive unpacked into a folder of its own name adds that folder.
 */
export function namesOnDisk(path: string): readonly string[] {
  const withoutLine = path.replace(/screen_(\d+)(?=\.\w+$)/, 'screen$1');
  const boxes = [withoutLine, path].map((name) => name.replace(/\.json$/, '_boxes.json'));
  const names = [...new Set([path, ...boxes, withoutLine])];
  const own = path.split('/')[0] ?? '';
  return [...names, ...names.map((name) => `${own}/${name}`)];
}

/** Records of a loader, those of one screen that follow each other as one. */
export async function* loadedScreens(records: AsyncGenerator<Raw>): AsyncGenerator<Raw> {
  let open: ScreenTasks | undefined;
  let ordinal = 0;
  const closed = (): Raw => ({ kind: 'record', ordinal: ordinal++, value: open });
  for await (const record of records) {
    if (record.kind !== 'record' || !isFields(record.value) || !isLoaded(record.value)) {
      yield { ...record, ordinal: ordinal++ };
      continue;
    }
    const next = loadedScreen(record.value);
    if (open?.screenId === next.screenId) open = { ...open, tasks: [...open.tasks, ...next.tasks] };
    else {
      if (open) yield closed();
      open = next;
    }
  }
  if (open) yield closed();
}
