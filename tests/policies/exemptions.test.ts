import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkManifests, gate, type Manifest, rules } from '../../policies';
import { type Draft, edited, places, soundBundle } from './support';

const TODAY = '2026-11-22';
const WHY = { reason: 'the second worker only serves probes', owner: 'team-edge', until: '2026-12-31' };

/** The sound bundle with a proxy that R02 refuses, and annotations at it. */
function bundle(annotations: Readonly<Record<string, unknown>>): Manifest[] {
  return edited(soundBundle(), 'EnvoyProxy', (proxy: Draft) => {
    proxy.spec.concurrency = 4;
    proxy.metadata = {
      ...proxy.metadata,
      annotations: Object.fromEntries(
        Object.entries(annotations).map(([rule, value]) => [
          `exempt.vcf-ai-platform/${rule}`,
          typeof value === 'string' ? value : JSON.stringify(value),
        ]),
      ),
    };
  });
}

function judged(annotations: Readonly<Record<string, unknown>>, options: { rules?: string[] } = {}) {
  const sources = bundle(annotations).map((manifest) => ({ manifest, locate: () => undefined }));
  const { findings, exempted } = gate(sources, { today: TODAY, ...options });
  return { findings, places: places(findings), exempted: exempted.map(({ finding }) => finding.rule) };
}

const finding = 'R02 envoyproxy/ai/chat /spec/concurrency';
const problem = (rule: string) =>
  `exemption envoyproxy/ai/chat /metadata/annotations/exempt.vcf-ai-platform~1${rule}`;

test('an exemption covers the findings of its rule in its object, and is told', () => {
  assert.deepEqual(judged({}).places, [finding]);
  const { places, exempted } = judged({ R02: WHY });
  assert.deepEqual(places, []);
  assert.deepEqual(exempted, ['R02']);
  assert.deepEqual(judged({ R02: [{ ...WHY, pointer: '/spec/concurrency' }] }).places, []);
  assert.deepEqual(judged({ R02: { ...WHY, pointer: '/spec' } }).places, []);
});

test('it counts at every gate, and until its last day [exemption-ends]', () => {
  const until = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  assert.deepEqual(checkManifests(bundle({ R02: { ...WHY, until } })), []);
  assert.deepEqual(judged({ R02: { ...WHY, until: TODAY } }).places, []);
});

test('an exemption from a rule that is not asked for is not judged', () => {
  assert.deepEqual(judged({ R02: WHY }, { rules: ['R13'] }).places, []);
});

for (const { what, annotations, says, stays = true } of [
  {
    what: 'one that covers nothing',
    annotations: { R02: { ...WHY, pointer: '/spec/con' } },
    says: /matches no finding/,
  },
  {
    what: 'one whose day has passed',
    annotations: { R02: { ...WHY, until: '2026-11-21' } },
    says: /ended on 2026-11-21/,
  },
  {
    what: 'one without a reason',
    annotations: { R02: { ...WHY, reason: 'because' } },
    says: /has no reason/,
  },
  { what: 'one of blanks', annotations: { R02: { ...WHY, reason: ' '.repeat(30) } }, says: /has no reason/ },
  { what: 'one without an owner', annotations: { R02: { ...WHY, owner: '' } }, says: /has no owner/ },
  { what: 'one without an end', annotations: { R02: { ...WHY, until: 'never' } }, says: /has no end/ },
  {
    what: 'a pointer that is none',
    annotations: { R02: { ...WHY, pointer: 'spec' } },
    says: /an invalid pointer/,
  },
  { what: 'what is no JSON', annotations: { R02: 'yes' }, says: /is not a JSON object/ },
  { what: 'a list of something else', annotations: { R02: '[1]' }, says: /is not a JSON object/ },
  { what: 'a rule that is not there', annotations: { R2: WHY }, says: /names an unknown rule \(use R0?2/ },
  { what: 'the schema', annotations: { schema: WHY }, says: /is not allowed: the API server/ },
  { what: 'a rule without exceptions', annotations: { R19: WHY }, says: /is not allowed: the credentials/ },
] as { what: string; annotations: Record<string, unknown>; says: RegExp; stays?: boolean }[]) {
  test(`refuses ${what}, and what it would cover stays`, () => {
    const { findings, places, exempted } = judged(annotations);
    const [rule = ''] = Object.keys(annotations);
    assert.deepEqual([...places].sort(), [...(stays ? [finding] : []), problem(rule)].sort());
    assert.deepEqual(exempted, []);
    const said = findings.find((one) => one.rule === 'exemption');
    assert.match(`${said?.problem} (${said?.fix})`, says);
  });
}

test('the rules without exceptions are there', () => {
  for (const id of ['R19', 'R20']) assert.ok(rules.some((rule) => rule.id === id));
});
