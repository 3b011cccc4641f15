import assert from 'node:assert/strict';
import { once } from 'node:events';
import { statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fingerprint, Recorder } from '../../local/stand-ins/recorder';
import { newFolder } from './scratch';
import { failToStart } from './stand-in-process';

test('a fingerprint is the SHA-256 and the length of the bare key', () => {
  // FIPS 180-2, appendix B.1.
  const sha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  assert.deepEqual(fingerprint('abc'), { sha256, length: 3 });
});

test('a record file that others could read is closed to them', () => {
  const file = join(newFolder(), 'requests.jsonl');
  writeFileSync(file, '', { mode: 0o644 });
  new Recorder({ file, keep: 1 }).close();
  assert.equal(statSync(file).mode & 0o777, 0o600);
});

describe('the command', () => {
  const record = join(newFolder(), 'requests.jsonl');
  const common = ['--listen', '127.0.0.1:0', '--record', record];
  const key = { STAND_IN_API_KEY: 'k' };

  test('refuses a port in use, with its number and code 2', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const address = holder.address();
    assert.ok(address !== null && typeof address === 'object');
    const taken = `127.0.0.1:${address.port}`;
    const { code, stderr, stdout } = await failToStart([
      'dcgm-exporter',
      '--listen',
      taken,
      '--record',
      record,
    ]);
    holder.close();
    assert.equal(code, 2);
    assert.ok(stderr.includes(`${taken} is already in use`), stderr);
    assert.ok(!/\n +at /.test(stderr), stderr);
    assert.equal(stdout, '');
  });

  const refused: [string, string[], Record<string, string>, number, RegExp][] = [
    [
      'an address that is not loopback',
      ['dcgm-exporter', '--listen', '0.0.0.0:0', '--record', record],
      {},
      1,
      /127\.0\.0\.0\/8/,
    ],
    [
      'a count of no cards',
      ['dcgm-exporter', ...common, '--gpus', '0'],
      {},
      1,
      /use a whole number of at least 1/,
    ],
    ['half a pod', ['dcgm-exporter', ...common, '--pod', 'ns/pod'], {}, 1, /NAMESPACE\/POD\/CONTAINER/],
    [
      'a prefix without a slash',
      ['provider', ...common, '--model', 'm', '--prefix', 'v1'],
      key,
      1,
      /such as \/v1beta/,
    ],
    ['a provider without a key', ['provider', ...common, '--model', 'm'], {}, 2, /STAND_IN_API_KEY/],
    ['two keys', ['provider', ...common, '--model', 'm', '--api-key-file', record], key, 2, /given twice/],
    [
      'a record file that cannot be written',
      ['dcgm-exporter', '--listen', '127.0.0.1:0', '--record', '/'],
      {},
      2,
      /EISDIR/,
    ],
  ];
  for (const [what, args, env, expected, message] of refused) {
    test(`refuses ${what}`, async () => {
      const { code, stderr, stdout } = await failToStart(args, env);
      assert.equal(code, expected);
      assert.match(stderr, message);
      assert.equal(stdout, '');
    });
  }
});
