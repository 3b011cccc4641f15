import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { test } from 'node:test';

interface Job {
  readonly name: string;
  readonly files: readonly string[];
  readonly network?: boolean;
}

const { jobsOf } = createRequire(__filename)('../../scripts/test/jobs.mjs') as {
  jobsOf(files: readonly string[], root: string): readonly Job[];
};

const ROOT = resolve(__dirname, '../..');

const FILES = [
  'tests/architecture.test.ts',
  'tests/config/limits.test.ts',
  'tests/config/routes.test.ts',
  'tests/e2e/examples.test.ts',
  'tests/e2e/faults.test.ts',
  'tests/e2e/identity.test.ts',
  'tests/e2e/limits.test.ts',
  'tests/e2e/mcp.test.ts',
  'tests/e2e/vsphere.test.ts',
  'tests/stacks/bundle.test.ts',
  'tests/stacks/late.test.ts',
  'tests/stacks/manifests.test.ts',
];

test('every file is in one job, and no other is', () => {
  assert.deepEqual(
    jobsOf(FILES, ROOT)
      .flatMap(({ files }) => files)
      .sort(),
    FILES,
  );
});

test('files that share a datacenter are one job, in their order, and begin first', () => {
  const [first, second, third] = jobsOf(FILES, ROOT).map(({ files }) => files);
  assert.deepEqual(
    first,
    ['identity', 'mcp', 'limits', 'faults'].map((name) => `tests/e2e/${name}.test.ts`),
  );
  assert.deepEqual(second, ['tests/e2e/examples.test.ts']);
  assert.deepEqual(third, ['tests/e2e/vsphere.test.ts']);
});

test('only datacenters get a network of their own, and only tests with mocks of Pulumi a process each', () => {
  for (const { name, files, network = false } of jobsOf(FILES, ROOT)) {
    assert.equal(network, name.includes('e2e'), name);
    const mocking = files.filter((file) => /stacks\/(bundle|manifests)/.test(file));
    assert.ok(mocking.length === 0 || files.length === 1, name);
  }
});
