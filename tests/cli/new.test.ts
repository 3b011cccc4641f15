import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { defaultAnswers, environmentText, writeEnvironment } from '../../cli/new';
import { TEMPLATES } from '../../cli/new-questions';
import { loadStack } from '../../cli/stack';
import { PlatformError } from '../../config';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vcf-ai-new-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

for (const like of TEMPLATES) {
  test(`an environment like ${like} has its own names, and every comment`, () => {
    const answers = { ...defaultAnswers('team-a', like), vcenter: 'vcenter.team-a.example.com' };
    const file = writeEnvironment('team-a', like, answers, { folder });
    const { cluster } = loadStack('team-a', folder).platform;
    assert.ok(cluster.kind === 'vks');
    assert.equal(cluster.name, 'ai-team-a');
    assert.equal(cluster.namespace.name, 'ai-team-a');
    assert.equal(cluster.vcenter?.server, 'vcenter.team-a.example.com');
    const text = readFileSync(file, 'utf8');
    const comments = (of: string) => [...of.matchAll(/#.*$/gm)].length;
    assert.equal(comments(text), comments(readFileSync(`Pulumi.${like}.yaml`, 'utf8')));
    assert.doesNotMatch(text, new RegExp(`(--stack|stack init) ${like}\\b`));
  });
}

test('refuses a file that is there, unless it is to be replaced', () => {
  const answers = defaultAnswers('team-a', 'dev');
  const file = writeEnvironment('team-a', 'dev', answers, { folder });
  const before = readFileSync(file, 'utf8');
  const other = { ...answers, vcenter: 'other.example.com' };
  assert.throws(() => writeEnvironment('team-a', 'dev', other, { folder }), /already exists/);
  assert.equal(readFileSync(file, 'utf8'), before);
  writeEnvironment('team-a', 'dev', other, { folder, force: true });
  assert.match(readFileSync(file, 'utf8'), /server: other\.example\.com/);
});

test('refuses a name that cannot be one', () => {
  for (const name of ['', 'Prod', '1st', 'a_b', 'x'.repeat(41), '../up']) {
    assert.throws(
      () => environmentText(name, 'dev', defaultAnswers('x', 'dev')),
      /is not a valid name of an environment/,
    );
  }
});

test('refuses answers that cannot be, all at once, and writes nothing', () => {
  const wrong = {
    ...defaultAnswers('team-a', 'dev'),
    cluster: 'Team_A',
    pods: '10.10.0.0/20',
    services: 'none',
  };
  assert.throws(
    () => writeEnvironment('team-a', 'dev', wrong, { folder }),
    (error) => error instanceof PlatformError && error.mistakes.length >= 2,
  );
  assert.deepEqual(readdirSync(folder), []);
});
