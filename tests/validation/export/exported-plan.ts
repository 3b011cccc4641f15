import { readFileSync } from 'node:fs';
import type { ExportedFile } from '../../../validation/export/exported';
import type { ProfileLoad } from '../../../validation/replay/compile';
import { planned } from '../replay/replayed';

/** Ten users in bursts that they share, in the words of a plan. */
export const BURSTS: ProfileLoad = {
  profile: 'D',
  law: { kind: 'mmpp', on: { rate: 4, seconds: 1 }, off: { rate: 0, seconds: 2 } },
};

/** Props of an export of a small plan, twice as fast as planned. */
export function exportProps(folder: string, props: Parameters<typeof planned>[2] = {}) {
  const { plan, bodies } = planned(folder, 40, { users: 10, seconds: 20, ...props });
  return { plan, bodies, target: 'http://gateway.example.com', timeScale: 2 };
}

/** The bytes of a file of an export. */
export function bytesIn(files: readonly ExportedFile[], name: string): Buffer {
  const file = files.find((one) => one.name === name);
  if (file === undefined) throw new Error(`${name} is not in ${files.map((one) => one.name).join(', ')}`);
  if ('linkTo' in file) return readFileSync(file.linkTo);
  return 'parts' in file ? Buffer.concat([...file.parts()]) : Buffer.from(file.content);
}

/** The rows of a table, without its head. */
export function rowsIn(files: readonly ExportedFile[], name: string): string[][] {
  const lines = bytesIn(files, name).toString().trimEnd().split('\n').slice(1);
  return lines.map((line) => line.split(','));
}
