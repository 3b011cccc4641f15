import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { version } from '../package.json';

const read = (name: string) => readFileSync(join(resolve(__dirname, '..'), name), 'utf8');

test('the package, the changelog and the README say the same version', () => {
  assert.equal(/^## (\d+\.\d+\.\d+)/m.exec(read('CHANGELOG.md'))?.[1], version);
  const [, maturity] = /^Maturity: (\d+\.\d+)\./m.exec(read('README.md')) ?? [];
  assert.equal(maturity, version.split('.').slice(0, 2).join('.'));
});
