import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flagsOf, NEWEST_VLLM, OLDEST_VLLM, refuseFlag, refuseVllmVersion } from '../../config';
import versions from '../../versions.json';

function refuses(flag: string, version: string, ...said: readonly RegExp[]): void {
  const refusal = refuseFlag(flag, version);
  assert.ok(refusal, `${flag} was taken`);
  for (const pattern of said) assert.match(`${refusal.problem} (${refusal.fix})`, pattern);
}

test('refuses a flag that no version has, with the nearest one of this version [vllm-flag-unknown]', () => {
  refuses(
    'watermak',
    '0.33.0',
    /vLLM 0\.33\.0 has no flag --watermak and would not start/,
    /did you mean watermark/,
  );
  refuses('kubernetes', '0.33.0', /has no flag/, /remove it/);
});

test('refuses a flag that a later version brought, with that version', () => {
  refuses(
    'max-num-queued-reqs',
    '0.28.0',
    /the flag was added in 0\.29\.0/,
    /set version to 0\.29\.0 or later/,
  );
  assert.equal(refuseFlag('max-num-queued-reqs', '0.29.0'), undefined);
  assert.equal(refuseFlag('max-num-queued-reqs', '0.33.0'), undefined);
});

test('refuses a flag that is gone', () => {
  refuses('max-num-partial-prefills', '0.33.0', /the flag was removed in 0\.27\.0/);
  assert.equal(refuseFlag('max-num-partial-prefills', '0.26.0'), undefined);
  refuses('swap-space', '0.18.0', /removed in 0\.18\.0/);
});

test('refuses a flag that the platform sets, with the field that says it', () => {
  refuses('tensor-parallel-size', '0.33.0', /the platform sets --tensor-parallel-size/, /tensorParallelSize/);
  refuses('shutdown-timeout', '0.33.0', /use drain/);
  refuses('api-key', '0.33.0', /apiKeySecret/);
});

test('refuses a flag in a form that this package writes itself', () => {
  refuses('--watermark', '0.33.0', /must be written without --/, /write watermark/);
  refuses('max_logprobs', '0.33.0', /write max-logprobs/);
  refuses('no-async-scheduling', '0.33.0', /write async-scheduling: false/);
});

test('refuses a version without the flags that the platform sets', () => {
  assert.match(refuseVllmVersion('0.17.1')?.problem ?? '', /--shutdown-timeout/);
  assert.equal(refuseVllmVersion(OLDEST_VLLM), undefined);
  assert.equal(refuseVllmVersion('1.0.0'), undefined);
});

test('every flag of a version is taken or set by the platform [vllm-flags-complete]', () => {
  for (const version of [OLDEST_VLLM, '0.26.0', NEWEST_VLLM]) {
    for (const flag of flagsOf(version)) {
      const { problem = 'the platform sets' } = refuseFlag(flag, version) ?? {};
      assert.match(problem, /the platform sets/, `${version} ${flag}`);
    }
  }
});

test('the version that is pinned is one whose flags are known', () => {
  assert.equal(versions.images.vllm.tag, `v${NEWEST_VLLM}`);
});
