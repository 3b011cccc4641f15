import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

const folder = resolve(__dirname, '../examples');

/** The names of all examples, sorted: each is a folder of `examples/`. */
export const exampleNames: readonly string[] = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();

export function exampleFolder(name: string): string {
  return join(folder, name);
}
