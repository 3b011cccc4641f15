import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';

/** Programs that tests start as processes: what these import, every test with a datacenter runs. */
export const PROGRAMS = [
  'cli/main.ts',
  'local/daemon.ts',
  'local/stand-ins/main.ts',
  'local/supervisor/main.ts',
  'policies/pack/index.ts',
  'stacks/index.ts',
  'stacks/provider/main.ts',
];

const isTest = (file: string) => file.endsWith('.test.ts');
const isCode = (file: string) => /\.tsx?$/.test(file);

/** The files of ours that a file imports, as paths from the root. */
export function importsOf(root: string, file: string): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(join(root, file), 'utf8'), true, true);
  return importedFiles
    .map(({ fileName }) => fileName)
    .filter((name) => name.startsWith('.'))
    .flatMap((name) => {
      const path = join(root, dirname(file), name);
      const found = [path, `${path}.ts`, join(path, 'index.ts'), path.replace(/\.js$/, '.ts')].find(
        (candidate) => existsSync(candidate) && /\.\w+$/.test(candidate),
      );
      return found === undefined ? [] : relative(root, found);
    });
}

/**
 * The tests that a change can reach: through imports, and for tests with datacenters through the programs that they
 * start. A change of anything else than code, data that code imports and prose (a stack file, an example, a module
 * description) can reach any test.
 *
 * @param files Every file of the repository, as paths from its root; so are `changed` and the result.
 */
export function reachedTests(root: string, files: readonly string[], changed: readonly string[]): string[] {
  const tests = files.filter((file) => isTest(file) && existsSync(join(root, file)));
  const imports = new Map<string, readonly string[]>();
  const closures = new Map<string, ReadonlySet<string>>();
  const closureOf = (start: string): ReadonlySet<string> => {
    const known = closures.get(start);
    if (known) return known;
    const seen = new Set<string>();
    const queue = [start];
    for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
      if (seen.has(file)) continue;
      seen.add(file);
      if (!isCode(file)) continue;
      const direct = imports.get(file) ?? importsOf(root, file);
      imports.set(file, direct);
      queue.push(...direct);
    }
    closures.set(start, seen);
    return seen;
  };
  const programs = new Set(
    PROGRAMS.filter((file) => files.includes(file)).flatMap((file) => [...closureOf(file)]),
  );
  const needs = (test: string, file: string) =>
    closureOf(test).has(file) || (test.includes('e2e') && programs.has(file));
  const isProse = (file: string) => file.endsWith('.md') || file === 'LICENSE';
  const isImported = (file: string) => tests.some((test) => needs(test, file));
  if (changed.some((file) => !isCode(file) && !isProse(file) && !isImported(file))) return tests;
  // Tests that read the repository itself: documents, imports, titles.
  return tests.filter((test) => dirname(test) === 'tests' || changed.some((file) => needs(test, file)));
}
