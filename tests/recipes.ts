import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** A section of docs/operations.md, with the test files that it links to and the ids of their tests that it names. */
export interface Recipe {
  readonly heading: string;
  readonly tests: readonly { readonly file: string; readonly ids: readonly string[] }[];
}

export function recipes(): Recipe[] {
  const [, ...sections] = readFileSync(resolve(__dirname, '../docs/operations.md'), 'utf8').split(/^## /m);
  return sections.map((section) => {
    const links = section.matchAll(/^Tests?: \[[^\]]+\]\(\.\.\/tests\/(\S+?)\), (.+)/gm);
    const tests = [...links].map(([, file = '', named = '']) => ({
      file,
      ids: [...named.matchAll(/`(.+?)`/g)].map(([, id = '']) => id),
    }));
    return { heading: section.split('\n', 1)[0] ?? '', tests };
  });
}
