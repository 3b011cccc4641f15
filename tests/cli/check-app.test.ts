import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { test } from 'node:test';
import { appSources } from '../../cli/app';
import { gate, type Source } from '../../policies';
import { newFolder } from '../local/scratch';

const programs = resolve(__dirname, 'programs');

const lineOf = (program: string, text: string) =>
  readFileSync(join(programs, program), 'utf8')
    .split('\n')
    .findIndex((line) => line.includes(text)) + 1;

function places(sources: readonly Source[]): string[] {
  return gate(sources).findings.map(({ construct, at, callers = [] }) => {
    // This file calls the program too.
    const frames = [at, ...callers].flatMap((one) =>
      one === undefined || one.file === __filename ? [] : `${relative(programs, one.file)}:${one.line}`,
    );
    return `${construct} ${frames.join(' < ')}`;
  });
}

test('a construct made in a loop is at the line in the loop, one made in a helper at the helper’s', async () => {
  const loop = lineOf('loop.ts', 'kubeObject(chart');
  const helper = lineOf('helper.ts', 'new ApiObject');
  const call = lineOf('loop.ts', 'makeBackend(chart');
  assert.deepEqual(places(await appSources(join(programs, 'loop.ts'))), [
    `demo/one loop.ts:${loop}`,
    `demo/three helper.ts:${helper} < loop.ts:${call}`,
    `demo/two loop.ts:${loop}`,
  ]);
});

test('an object that a component makes is at the line that makes the component; nothing is written', async () => {
  const sources = await appSources(join(programs, 'platform.ts'));
  assert.deepEqual(places(sources), [`demo/redis/service platform.ts:${lineOf('platform.ts', 'new Redis')}`]);
  assert.ok(!existsSync('dist/demo.k8s.yaml'));
});

for (const { what, program, message } of [
  {
    what: 'fails',
    program: 'throw new Error("no such model");',
    message: /main\.ts: the program failed: no such model$/,
  },
  {
    what: 'makes nothing',
    program: 'export {};',
    message: /main\.ts: the program creates no Kubernetes object$/,
  },
  { what: 'is no TypeScript', program: 'const = ;', message: /main\.ts: the program failed: / },
]) {
  test(`refuses a program that ${what}`, async () => {
    const file = join(newFolder(), 'main.ts');
    writeFileSync(file, program);
    await assert.rejects(appSources(file), { name: 'UnreadableError', message });
  });
}

test('refuses a program that is not there', async () => {
  await assert.rejects(appSources('nowhere.ts'), {
    name: 'UnreadableError',
    message: /nowhere\.ts: there is no such file/,
  });
});
