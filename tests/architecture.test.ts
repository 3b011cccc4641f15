import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { test } from 'node:test';
import ts from 'typescript';
import { importsOf } from '../scripts/test/reach';

const root = resolve(__dirname, '..');

/** Which rooms the files of a room may import, besides their own; the arrows of the design. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  base: [],
  config: ['base', 'versions.json'],
  'constructs/crds': [],
  constructs: ['base', 'config', 'constructs/crds', 'versions.json'],
  policies: ['base', 'constructs/crds'],
  'policies/pack': ['base', 'policies'],
  stacks: ['base', 'config', 'constructs', 'policies'],
  local: ['base', 'config', 'versions.json'],
  validation: ['base', 'config'],
  ledger: ['base'],
  billing: ['base', 'ledger'],
  audit: ['base', 'ledger', 'billing'],
  cli: [
    'base',
    'config',
    'constructs',
    'policies',
    'local',
    'validation',
    'ledger',
    'billing',
    'audit',
    'stacks',
    'versions.json',
    'package.json',
  ],
};

/** Packages that only one room may load. */
const ONLY_IN: Readonly<Record<string, readonly string[]>> = {
  '@pulumi/pulumi': ['stacks', 'policies/pack'],
  '@pulumi/kubernetes': ['stacks'],
  '@pulumi/policy': ['policies/pack'],
  cdk8s: ['constructs', 'stacks', 'cli'],
};

const rooms = Object.keys(MAY_IMPORT).sort((a, b) => b.length - a.length);

function roomOf(path: string): string {
  return rooms.find((room) => path === room || path.startsWith(`${room}/`)) ?? path;
}

function filesBelow(folder: string, named: RegExp): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => named.test(name))
    .map((name) => `${folder}/${name}`);
}

const folders = rooms.filter((room) => !room.includes('/'));
const sources = () => folders.flatMap((folder) => filesBelow(folder, /\.ts$/));

/** What a person writes; generated types are as long as what they are made from. */
const written = () =>
  [...folders, 'tests', 'scripts', 'bench']
    .flatMap((folder) => filesBelow(folder, /\.[cm]?[jt]s$/))
    .filter((file) => !file.startsWith('constructs/crds/'));

const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** What a wrong import is called; nothing for a right one. */
export function wrongArrow(file: string, specifier: string): string | undefined {
  const from = roomOf(file);
  if (!specifier.startsWith('.')) {
    const owner = Object.keys(ONLY_IN).find((name) => specifier === name || specifier.startsWith(`${name}/`));
    return owner && !ONLY_IN[owner]?.includes(from) ? `${file} loads ${owner}` : undefined;
  }
  const to = roomOf(relative(root, resolve(root, dirname(file), specifier)));
  return to === from || MAY_IMPORT[from]?.includes(to) ? undefined : `${file} imports ${to}`;
}

test('no import goes against the arrows', () => {
  const files = sources();
  assert.ok(files.length > 50, `only ${files.length} sources were found`);
  const wrong = files.flatMap((file) =>
    ts.preProcessFile(read(file)).importedFiles.flatMap(({ fileName }) => wrongArrow(file, fileName) ?? []),
  );
  assert.deepEqual(wrong, []);
});

/** Files of which each imports the next, and the last the first; undefined when there are none. */
function circleIn(imports: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const done = new Set<string>();
  const visit = (file: string, open: readonly string[]): readonly string[] | undefined => {
    if (open.includes(file)) return [...open.slice(open.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const next of imports.get(file) ?? []) {
      const circle = visit(next, [...open, file]);
      if (circle !== undefined) return circle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of imports.keys()) {
    const circle = visit(file, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
}

test('no file imports itself by way of others', () => {
  assert.equal(
    circleIn(new Map(sources().map((file) => [file, importsOf(root, file)])))?.join(' → '),
    undefined,
  );
});

/** What is longer wants to be two files. */
const MOST_LINES = 350;

/** Tables are as long as what they list. */
const TABLES = ['tests/features.ts', 'tests/policies/core-samples.ts'];

test('no file of ours is longer than it can be read', () => {
  const long = written()
    .filter((file) => !TABLES.includes(file))
    .map((file) => ({ file, lines: read(file).split('\n').length - 1 }))
    .filter(({ lines }) => lines > MOST_LINES);
  assert.deepEqual(long, []);
});

/** What is longer has parts with names. */
const MOST_LINES_OF_A_FUNCTION = 80;

/** Functions with more lines than that, but for those that declare tests: `file:line`. */
function longFunctions(file: string, text: string): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  const lineOf = (position: number) => source.getLineAndCharacterOfPosition(position).line + 1;
  const long: string[] = [];
  const visit = (node: ts.Node): void => {
    const [first, last] = [lineOf(node.getStart(source)), lineOf(node.end)];
    const isLong = ts.isFunctionLike(node) && last - first + 1 > MOST_LINES_OF_A_FUNCTION;
    const declaresTests =
      ts.isCallExpression(node.parent) &&
      ['describe', 'test'].includes(node.parent.expression.getText(source));
    if (isLong && !declaresTests) long.push(`${file}:${first}`);
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(source, visit);
  return long;
}

test('no function of ours is longer than it can be read', () => {
  assert.deepEqual(
    written().flatMap((file) => longFunctions(file, read(file))),
    [],
  );
});

test('refuses a long function wherever it stands, unless it declares tests', () => {
  const lines = 'void 0;\n'.repeat(MOST_LINES_OF_A_FUNCTION);
  assert.deepEqual(longFunctions('a.ts', `\nconst a = { b() {\n${lines}} };`), ['a.ts:2']);
  assert.deepEqual(longFunctions('a.ts', `run(() => {\n${lines}});`), ['a.ts:1']);
  assert.deepEqual(longFunctions('a.ts', `describe('it', () => {\n${lines}});`), []);
  assert.deepEqual(longFunctions('a.ts', `const a = [\n${lines.replaceAll('void 0;', '0,')}];`), []);
});

test('refuses a circle of files, and names it', () => {
  const imports = new Map([
    ['a.ts', ['b.ts']],
    ['b.ts', ['c.ts', 'd.ts']],
    ['d.ts', ['b.ts']],
  ]);
  assert.deepEqual(circleIn(imports), ['b.ts', 'd.ts', 'b.ts']);
});

test('refuses each wrong arrow', () => {
  assert.equal(wrongArrow('base/text.ts', '../config'), 'base/text.ts imports config');
  assert.equal(wrongArrow('config/load.ts', '../constructs'), 'config/load.ts imports constructs');
  assert.equal(wrongArrow('local/kube.ts', '../validation/suite'), 'local/kube.ts imports validation');
  assert.equal(wrongArrow('constructs/vllm.ts', '../stacks'), 'constructs/vllm.ts imports stacks');
  assert.equal(
    wrongArrow('constructs/crds/index.ts', '../component'),
    'constructs/crds/index.ts imports constructs',
  );
  assert.equal(wrongArrow('policies/schema.ts', '../config'), 'policies/schema.ts imports config');
  assert.equal(wrongArrow('cli/check.ts', '@pulumi/pulumi'), 'cli/check.ts loads @pulumi/pulumi');
  assert.equal(wrongArrow('policies/index.ts', '@pulumi/policy'), 'policies/index.ts loads @pulumi/policy');
  assert.equal(wrongArrow('policies/index.ts', './pack/policies'), 'policies/index.ts imports policies/pack');
  assert.equal(wrongArrow('cli/check.ts', '../policies/pack'), 'cli/check.ts imports policies/pack');
  assert.equal(wrongArrow('validation/client.ts', '../local/kube'), 'validation/client.ts imports local');
  assert.equal(wrongArrow('constructs/vllm.ts', '../config'), undefined);
});
