import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../local/paths';
import { PROGRAMS, reachedTests } from '../../scripts/test/reach';
import { newFolder } from '../local/scratch';

const sources = {
  'base/text.ts': 'export const text = 1;',
  'config/load.ts':
    "import { text } from '../base/text';\nimport data from './data.json';\nexport { text, data };",
  'config/data.json': '{}',
  'cli/main.ts': "const load = () => import('../config/load.js');\nvoid load;",
  'other/alone.ts': 'export {};',
  'examples/one/Pulumi.local.yaml': '',
  'README.md': '',
  'tests/docs.test.ts': '',
  'tests/config/load.test.ts': "import '../../config/load';",
  'tests/other/alone.test.ts': "import '../../other/alone';",
  'tests/e2e/platform.test.ts': '',
};

const root = newFolder();
for (const [file, content] of Object.entries(sources)) {
  mkdirSync(join(root, dirname(file)), { recursive: true });
  writeFileSync(join(root, file), content);
}
const reached = (...changed: string[]) => reachedTests(root, Object.keys(sources), changed);
const READERS = 'tests/docs.test.ts';
const ALL = Object.keys(sources).filter((file) => file.endsWith('.test.ts'));

test('a change reaches what imports it, and through the programs every test with a datacenter', () => {
  const through = [READERS, 'tests/config/load.test.ts', 'tests/e2e/platform.test.ts'];
  assert.deepEqual(reached('base/text.ts'), through);
  assert.deepEqual(reached('config/data.json'), through);
});

test('a change that no program imports reaches no test with a datacenter', () => {
  assert.deepEqual(reached('other/alone.ts'), [READERS, 'tests/other/alone.test.ts']);
});

test('prose reaches what reads it; a file that nobody imports may reach any test', () => {
  assert.deepEqual(reached('README.md'), [READERS]);
  assert.deepEqual(reached('examples/one/Pulumi.local.yaml'), ALL);
});

test('the programs that tests start are there', () => {
  assert.deepEqual(
    PROGRAMS.filter((file) => !existsSync(join(packageRoot, file))),
    [],
  );
});
