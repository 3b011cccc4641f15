import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, test } from 'node:test';
import type { RunRecords } from '../../../validation/load/run-folder';
import { CLAIMS, judgedClaims } from '../../../validation/report/claims';
import { measured } from '../../../validation/report/measured';
import { PAPER } from '../../../validation/report/paper';
import { declaredTests } from '../../titles';
import { decided, ENGINE, type Made, recordsOf, row, windowOf } from './records';

const root = resolve(__dirname, '../../..');

/** A soak whose engine has the numbers of the white paper. */
const asInPaper: Made = {
  rows: Array.from({ length: 20 }, (_, index) => row(index * 3, { completionTokens: 406 })),
  events: [
    ...decided('ramp', windowOf(0, 10, 216), { users: 224 }, 'stable', { stable: 216 }),
    ...decided('ramp', windowOf(10, 20, 224), { phase: 'soak', users: 190 }, 'breach', {
      stable: 216,
      breach: 224,
    }),
    ...decided(
      'soak',
      windowOf(20, 60, 190, {
        ...{
          ...ENGINE,
          firstToken: { count: 10, mean: PAPER.latency.firstToken },
          cacheUsage: PAPER.cacheUsage,
        },
        ...{ queueTime: 0.0005, prefillTime: PAPER.latency.prefillTime },
        ...{ timePerToken: PAPER.latency.timePerToken, interToken: PAPER.latency.interToken },
      }),
      { phase: 'ended', users: 0 },
      'stable',
      { stable: 216, breach: 224 },
    ),
  ],
};

const verdicts = (records: RunRecords) =>
  new Map(judgedClaims(measured(records)).map((claim) => [claim.number, claim]));

/** Claims about what hardware does, of which records of the paper's own numbers are evidence. */
const HARDWARE = [172, 173, 176, 177, 178, 179, 180, 181, 188];

describe('claims', () => {
  test('every claim from 123 to 193 has one entry, in order [every-claim]', () => {
    assert.deepEqual(
      CLAIMS.map(({ number }) => number),
      Array.from({ length: 193 - 123 + 1 }, (_, index) => 123 + index),
    );
  });

  test('whatever a run has, each is judged, with a reason', () => {
    const blind = decided('soak', windowOf(0, 10, 3, { blind: 'lost' }));
    const runs: readonly Made[] = [
      {},
      asInPaper,
      { events: blind },
      { manifest: { gate: null, synthetic: true, standIns: ['engine'] } },
      { manifest: { end: 'preemptions' }, rows: [row(1)] },
      { manifest: { end: 'generator-saturated' }, rows: [row(1, { ready: 0 })] },
    ];
    for (const made of runs) {
      for (const { number, how } of verdicts(recordsOf(made)).values()) {
        assert.ok(how.length > 10, `${number}: ${how}`);
        assert.doesNotMatch(how, /NaN|undefined|Infinity/, `${number}`);
      }
    }
  });

  test('what is not testable says what would be needed', () => {
    for (const { number, verdict, how } of verdicts(recordsOf({})).values()) {
      if (verdict === 'not-testable') assert.match(how, /needed|not distribute/i, `${number}`);
    }
  });

  test('the paper’s numbers on real engines reproduce its results, and stand-ins never do', () => {
    const real = verdicts(recordsOf(asInPaper));
    assert.deepEqual(
      HARDWARE.filter((number) => real.get(number)?.verdict !== 'reproduced'),
      [],
    );
    const simulated = verdicts(recordsOf({ ...asInPaper, manifest: { standIns: ['engine'] } }));
    for (const number of HARDWARE) {
      assert.equal(simulated.get(number)?.verdict, 'not-testable', `${number}`);
      assert.match(simulated.get(number)?.how ?? '', /^simulated, no evidence/, `${number}`);
    }
  });

  test('other numbers on real engines differ, and say by how much', () => {
    const slow = decided('soak', windowOf(0, 10, 190, { ...ENGINE, firstToken: { count: 10, mean: 0.206 } }));
    const { verdict, how } = verdicts(recordsOf({ events: slow })).get(176) ?? {};
    assert.deepEqual([verdict, how], ['differs', '0.206 s here, 0.103 s in the paper (+100.0 %)']);
  });

  test('users that rise after an unclear window, or requests that overlap, are found in the records', () => {
    const unclear = decided('ramp', windowOf(0, 10, 4), { users: 6 }, 'unclear');
    const found = verdicts(recordsOf({ events: unclear, rows: [row(1), row(2)] }));
    assert.equal(found.get(161)?.verdict, 'differs');
    assert.equal(found.get(155)?.verdict, 'differs');
    const held = decided('ramp', windowOf(0, 10, 4), { users: 6 });
    const right = verdicts(recordsOf({ events: held, rows: [row(1), row(4)] }));
    assert.deepEqual([right.get(161)?.verdict, right.get(155)?.verdict], ['reproduced', 'reproduced']);
  });

  test('what shows a claim is there: files, and tests by their ids', () => {
    const ids = new Set(declaredTests().map(({ id }) => id));
    const places = CLAIMS.flatMap(({ where }) => where);
    for (const place of places) {
      const [, file, id] = /^((?:tests|validation|scripts|docs)\/\S+)(?: \[(\S+)\])?$/.exec(place) ?? [];
      if (file !== undefined) assert.ok(existsSync(resolve(root, file)), place);
      if (id !== undefined) assert.ok(ids.has(id), place);
    }
    assert.ok(places.filter((place) => /^tests\//.test(place)).length > 20);
  });
});
