import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { project } from './project';

const SMALL = ['--users', '3', '--seconds', '5'];
const TARGET = ['--target', 'http://gateway.example.com'];

describe('vcf-ai load export', () => {
  const { folder, run, read } = project();

  test('writes a plan for each engine, from options or from a plan with its corpus [load-export-command]', async () => {
    const locust = await run('load', 'export', '--to', 'locust', ...TARGET, ...SMALL, '--out', 'a', '--json');
    assert.equal(locust.code, 0, locust.text);
    const { files } = JSON.parse(locust.stdout);
    assert.deepEqual(readdirSync(join(folder, 'a')).sort(), [...files].sort());

    assert.equal((await run('load', 'plan', ...SMALL, '--out', 'plan.bin')).code, 0);
    const planned = ['--plan', 'plan.bin', '--corpus', 'plan.bin.corpus'];
    const aiperf = await run('load', 'export', '--to', 'aiperf', ...TARGET, ...planned, '--out', 'b');
    assert.equal(aiperf.code, 0, aiperf.text);
    assert.match(read('b/run.sh'), /--benchmark-duration 5 /);

    const image = 'registry.example.com/vcf-ai-platform:1.0.0';
    const job = await run(
      ...[
        'load',
        'export',
        '--to',
        'job',
        '--image',
        image,
        '--parts',
        '2',
        ...TARGET,
        ...planned,
        '--out',
        'c',
      ],
    );
    assert.equal(job.code, 0, job.text);
    const judged = await run('check', '--manifests', 'c/job.yaml');
    assert.equal(judged.code, 0, judged.text);
  });

  test('refuses a job without an image, and a credential that is no key of a Secret', async () => {
    const job = (...args: string[]) =>
      run('load', 'export', '--to', 'job', ...TARGET, ...SMALL, '--out', 'd', ...args);
    const without = await job();
    assert.equal(without.code, 2);
    assert.match(without.stderr, /--to job needs --image/);
    const wrong = await job('--image', 'x:1', '--authorization', 'secret');
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /write it as <secret>\/<key>/);
    assert.ok(!existsSync(join(folder, 'd')));
  });

  test('refuses parts that there are not, and a part under a gate', async () => {
    const beyond = await run('load', 'run', '--part', '2/2', '--no-gate');
    assert.equal(beyond.code, 1);
    assert.match(beyond.stderr, /use a part such as 2\/8; the first is 0\/8/);
    const gated = await run('load', 'run', '--part', '0/2');
    assert.equal(gated.code, 2);
    assert.match(gated.stderr, /add --no-gate/);
  });
});

describe('vcf-ai bench', () => {
  const { run } = project();

  test('refuses a quota that limits nothing, workers that are not too many, and a gateway that is not there [bench-refuses]', async () => {
    const quota = await run('bench', 'cfs', '--quota', `${cpus().length}`);
    assert.equal(quota.code, 2);
    assert.match(quota.stderr, /limits nothing on a machine with/);
    const many = await run('bench', 'cfs', '--quota', '1', '--workers', '2', '--connections', '0');
    assert.equal(many.code, 1);
    assert.match(many.stderr, /use a whole number of at least 1/);
    const nothing = await run('bench', 'overhead');
    assert.equal(nothing.code, 2);
    assert.match(nothing.stderr, /no datacenter runs in .*; start it with npm start, or name both/);
  });
});
