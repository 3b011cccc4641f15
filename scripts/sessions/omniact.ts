import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Random } from './random';

/** One screen of a generated OmniACT. */
export interface ScreenWish {
  /** `web` screens have wrong names in the map, `desktop` ones right names. */
  readonly system: 'web' | 'desktop';
  readonly application: string;
  readonly number: number;
  /** Texts that stand on it. */
  readonly texts: number;
  readonly tasks: readonly string[];
}

function write(folder: string, path: string, content: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

/** Writes the published layout of OmniACT without its pictures: a map and the files that it names. */
export function writeOmniact(
  random: Random,
  folder: string,
  screens: readonly ScreenWish[],
  map = 'train.json',
): void {
  const entries: Record<number, object> = {};
  let count = 0;
  for (const { system, application, number, texts, tasks } of screens) {
    const place = `${system}/${application}`;
    const screen = `screen_${number}`;
    const point = () => [random.below(1440), random.below(900)];
    const ocr = Object.fromEntries(
      Array.from({ length: texts }, (_, index) => [`${random.text(8)} ${index}`, point()]),
    );
    const box = {
      0: { top_left: point(), bottom_right: point(), label: 'search_button', valid: 1 },
      1: { top_left: point(), bottom_right: point(), label: 7, valid: 1 },
      2: { top_left: point(), bottom_right: point(), label: 'found_wrong', valid: 0 },
    };
    const boxes = system === 'web' ? `screen${number}_boxes.json` : `${screen}.json`;
    write(folder, `ocr/${place}/${screen}.json`, JSON.stringify(ocr));
    write(folder, `detact_color/${place}/${screen}.json`, JSON.stringify({ red: [point()] }));
    write(folder, `detact_icon/${place}/${screen}.json`, '{}');
    write(folder, `data/metadata/${system}/boxes/${application}/${boxes}`, JSON.stringify(box));
    for (const [index, text] of tasks.entries()) {
      const task = `data/tasks/${place}/task_${number}.${index}.txt`;
      write(folder, task, text);
      entries[count] = {
        task,
        image: `data/data/${place}/${screen}.png`,
        ocr: `ocr/${place}/${screen}.json`,
        color: `detact_color/${place}/${screen}.json`,
        icon: `detact_icon/${place}/${screen}.json`,
        box: `data/metadata/${system}/boxes/${application}/${screen}.json`,
      };
      count += 1;
    }
  }
  write(folder, map, JSON.stringify(entries));
}
