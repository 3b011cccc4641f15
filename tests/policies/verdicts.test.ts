import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { objectId } from '../../base/manifest';
import { type Manifest, rules, severityOf } from '../../policies';
import { withoutRow } from '../../scripts/docs/verdicts';
import { changesOf, errorsIn } from '../../scripts/verify-verdicts/changes';
import { GAPS } from '../../scripts/verify-verdicts/gaps';
import { UNMOVABLE } from '../../scripts/verify-verdicts/groups';
import { platformObjects } from '../../scripts/verify-verdicts/platform';
import {
  type ChangeVerdict,
  pinnedVersions,
  readRecord,
  shortened,
} from '../../scripts/verify-verdicts/record';
import { placedExamples, unseenIn } from '../../scripts/verify-verdicts/upstream-bundles';

const ANEW = 'run npm run verify:verdicts';

const record = readRecord();

const keyOf = ({ object, change }: Pick<ChangeVerdict, 'object' | 'change'>) => `${object} ${change}`;

test('the record of what the controllers say is of the versions that are pinned', () => {
  assert.deepEqual(record.versions, pinnedVersions(), ANEW);
});

test('a message in the record has nothing of the moment, and an end', () => {
  const text =
    'at 2026-12-01T03:31:39Z from 127.0.0.1:18000 in /tmp/a/b: 01234567-89ab-cdef-0123-456789abcdef';
  assert.equal(shortened(text), 'at <time> from 127.0.0.1:<port> in <path>: <uid>');
  const long = shortened(`begin${'x'.repeat(400)}end`);
  assert.equal(long.length, 300);
  assert.match(long, /^begin.*end$/);
});

describe('what controllers say against a change of the platform, a rule says too', () => {
  let bundle: readonly Manifest[];
  let changed: ReadonlyMap<string, Manifest>;

  before(() => {
    bundle = platformObjects();
    const changes = changesOf(bundle);
    changed = new Map(
      changes.map(({ from, object }) => [keyOf({ object: objectId(object), change: from }), object]),
    );
  });

  /** The rules that find an error in recorded changes; those that cannot be made any more are left out. */
  const judged = (verdicts: readonly ChangeVerdict[]) =>
    verdicts.flatMap((one) => {
      const object = changed.get(keyOf(one));
      return object === undefined ? [] : [{ ...one, rules: errorsIn(bundle, object) }];
    });

  test('most of the recorded changes can still be made', () => {
    const gone = record.changes.filter((one) => !changed.has(keyOf(one)));
    assert.ok(
      gone.length * 10 <= record.changes.length,
      `${gone.length} of ${record.changes.length} recorded changes are of a platform that is no more: ${ANEW}`,
    );
    const heard = record.changes.filter(({ refused, said }) => !refused && said.length === 0);
    assert.ok(heard.length > 100, `the controllers are silent about ${heard.length} changes`);
  });

  test('no controller complains of a change in which no rule finds an error, and names of nobody are refused by both', () => {
    const all = judged(record.changes.filter(({ said, died }) => said.length > 0 || died));
    assert.ok(all.length > 20, `controllers complain of ${all.length} changes`);
    const unseen = all.filter(({ rules }) => rules.length === 0);
    const told = unseen.map((one) => `${keyOf(one)}: ${[...one.said, ...(one.died ?? [])].join('; ')}`);
    assert.deepEqual(unseen.map(keyOf).sort(), Object.keys(GAPS).sort(), told.join('\n'));
    assert.ok(all.some(({ rules }) => rules.includes('R13')));
  });

  test('what the API server refuses of a sample of changes, the schemas refuse', () => {
    const some = record.changes.filter(({ refused }) => refused).filter((_, index) => index % 20 === 0);
    assert.ok(some.length > 5);
    const taken = judged(some).filter(({ rules }) => !rules.includes('schema'));
    assert.deepEqual(taken.map(keyOf), []);
  });
});

test('what a controller says against an example of the gateways, a rule says too', (t) => {
  const examples = new Map(placedExamples().map((one) => [one.file, one]));
  assert.deepEqual([...examples.keys()].sort(), record.examples.map(({ file }) => file).sort(), ANEW);
  const complained = record.examples.filter(({ said }) => said.length > 0);
  const unseen = complained.flatMap((verdict) => {
    const example = examples.get(verdict.file);
    const left = example === undefined ? [] : unseenIn(example, verdict);
    return left.length === 0 ? [] : [`${verdict.file}: ${left.join('; ')}`];
  });
  t.diagnostic(
    `controllers say something against ${complained.length} of ${record.examples.length} examples`,
  );
  assert.deepEqual(unseen, []);
  assert.ok(complained.length > 0);
});

describe('bad samples on the real Envoy', () => {
  test('every rule of the groups that are tried has a row, or a sample with the reason why not', () => {
    assert.deepEqual(withoutRow(record), [], ANEW);
  });

  test('the rows are of samples that the rules have, with their severity', () => {
    const known = new Map<string, string>(
      rules.flatMap((rule) =>
        rule.bad.map(({ shows }) => [`${rule.id} ${shows}`, severityOf(rule)] as const),
      ),
    );
    const stale = record.calls.filter(
      ({ rule, shows, severity }) => known.get(`${rule} ${shows}`) !== severity,
    );
    assert.ok(
      stale.length * 10 <= record.calls.length,
      `${stale.length} of ${record.calls.length} rows are of samples that are no more: ${ANEW}`,
    );
    const gone = Object.keys(UNMOVABLE).filter((sample) => !known.has(sample));
    assert.deepEqual(gone, []);
  });

  test('Envoy does harm where the controllers are silent, and the rules are not', () => {
    const harmed = record.calls.filter(
      ({ said, call, refused }) => !refused && said.length === 0 && call?.isRight === false,
    );
    assert.ok(harmed.length >= 5, `${harmed.length} silent rows with a wrong answer`);
  });
});
