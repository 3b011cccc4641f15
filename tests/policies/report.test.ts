import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import type { Log } from 'sarif';
import { type Finding, FORMATS, type Report } from '../../policies';
import { knownIn } from '../../policies/baseline-file';
import { WORKERS } from '../base/sample-finding';

const workers: Finding = {
  ...WORKERS,
  at: { file: 'deploy/my proxy.yaml', line: 12, column: 3 },
  fingerprint: 'a1',
};

const made: Finding = {
  rule: 'schema',
  severity: 'warning',
  object: 'backend/ai/chat',
  pointer: '/spec/endpoint',
  problem: 'unknown field endpoint, 100%\nof the time',
  at: { file: '/elsewhere/helper.ts', line: 5, column: 10 },
  callers: [{ file: 'main.ts', line: 20, column: 1 }],
  construct: 'demo/chat',
  fingerprint: 'b2',
};

const report = (findings: readonly Finding[], more: Partial<Report> = {}): Report => ({
  subject: 'deploy',
  objects: 3,
  notJudged: [],
  findings,
  known: [],
  exempted: [],
  skipped: [],
  version: '1.2.3',
  ...more,
});

function sarifErrors(text: string): unknown {
  const file = require.resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');
  // Draft 4 in its name only: nothing in it means something else in later drafts.
  const { $schema: _, id: __, ...schema } = JSON.parse(readFileSync(file, 'utf8'));
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, unicodeRegExp: false });
  return ajv.validate(schema, JSON.parse(text)) ? [] : ajv.errors;
}

test('SARIF is valid by its own schema, which refuses what is not', () => {
  assert.deepEqual(sarifErrors(FORMATS.sarif(report([]))), []);
  assert.deepEqual(sarifErrors(FORMATS.sarif(report([workers, made], { known: [workers] }))), []);
  assert.notDeepEqual(sarifErrors('{"version":"2.1.0","runs":[{"results":[{"messages":1}]}]}'), []);
});

test('SARIF stands at the line that a person wrote, and knows construct, object and callers', () => {
  const log = JSON.parse(FORMATS.sarif(report([workers, made], { known: [made] }))) as Log;
  const [run] = log.runs;
  const [first, second, known] = run?.results ?? [];
  assert.deepEqual(first?.locations?.[0]?.physicalLocation, {
    artifactLocation: { uri: 'deploy/my%20proxy.yaml', uriBaseId: 'SRCROOT' },
    region: { startLine: 12, startColumn: 3 },
  });
  assert.equal(first?.level, 'error');
  assert.deepEqual(first?.partialFingerprints, { 'vcfAi/v1': 'a1' });
  assert.equal(
    second?.locations?.[0]?.physicalLocation?.artifactLocation?.uri,
    'file:///elsewhere/helper.ts',
  );
  assert.deepEqual(
    second?.locations?.[0]?.logicalLocations?.map(({ fullyQualifiedName }) => fullyQualifiedName),
    ['backend/ai/chat/spec/endpoint', 'demo/chat'],
  );
  assert.equal(second?.stacks?.[0]?.frames[0]?.location?.physicalLocation?.region?.startLine, 20);
  assert.equal(known?.baselineState, 'unchanged');
  const rule = run?.tool.driver.rules?.find(({ id }) => id === 'R02');
  assert.match(rule?.help?.text ?? '', /40997/);
});

test('text is a line for each finding with its place, and a summary that says what does not count', () => {
  assert.equal(
    FORMATS.text(report([workers], { known: [made], skipped: ['values.yaml:1'] })),
    [
      '✗ envoyproxy/ai/chat /spec/concurrency: concurrency is 4 and the CPU limit "2" (use 2) [R02]',
      '    at deploy/my proxy.yaml:12:3',
      'deploy: 3 objects, 1 errors, 0 warnings, 1 known from the baseline, ' +
        '1 documents that are not Kubernetes objects skipped',
    ].join('\n'),
  );
});

test('GitHub annotations keep commas, colons, percents and line breaks', () => {
  assert.equal(
    FORMATS.github(report([workers, { ...made, at: { file: 'a,b:c.yaml', line: 1 } }])),
    [
      '::error file=deploy/my proxy.yaml,line=12,col=3,title=R02::envoyproxy/ai/chat /spec/concurrency: ' +
        'concurrency is 4 and the CPU limit "2" (use 2)',
      '::warning file=a%2Cb%3Ac.yaml,line=1,title=schema::backend/ai/chat /spec/endpoint: ' +
        'unknown field endpoint, 100%25%0Aof the time',
    ].join('\n'),
  );
  assert.equal(FORMATS.github(report([])), '');
});

test('JUnit has a failed case for each finding in its rule’s suite, and a passed one when there is none', () => {
  const failed = FORMATS.junit(report([workers, { ...made, problem: 'a < b & "c"' }]));
  assert.match(failed, /<testsuites tests="2" failures="2"/);
  assert.match(
    failed,
    /<testsuite name="R02"[^>]*>\s*<testcase classname="envoyproxy\/ai\/chat" name="\/spec\/concurrency"/,
  );
  assert.match(failed, /a &lt; b &amp; "?/);
  assert.match(FORMATS.junit(report([])), /<testsuites tests="1" failures="0"/);
});

const partial = report([{ ...workers, severity: 'info' }], {
  objects: 7,
  notJudged: [
    { apiVersion: 'networking.istio.io/v1', kind: 'Gateway', objects: 1 },
    { apiVersion: 'route.openshift.io/v1', kind: 'Route', objects: 3 },
  ],
});

test('every format for people says what was not judged, and how many infos there are', () => {
  const said = '7 objects: 3 judged, 4 not known (Gateway of networking.istio.io, Route)';
  assert.match(FORMATS.text(partial), /^i envoyproxy/);
  assert.equal(FORMATS.text(partial).split('\n').at(-1), `deploy: ${said}, 0 errors, 0 warnings, 1 infos`);
  const [run] = (JSON.parse(FORMATS.sarif(partial)) as Log).runs;
  assert.equal(run?.results?.[0]?.level, 'note');
  assert.equal(run?.invocations?.[0]?.toolExecutionNotifications?.[0]?.message.text, said);
  assert.deepEqual(sarifErrors(FORMATS.sarif(partial)), []);
  assert.deepEqual(JSON.parse(FORMATS.json(partial)).notJudged, partial.notJudged);
});

test('an info is a notice of GitHub, and no failure of JUnit', () => {
  assert.match(FORMATS.github(partial), /^::notice /);
  assert.match(FORMATS.junit(partial), /<testsuites tests="1" failures="0"/);
  assert.match(FORMATS.junit(partial), /<system-out>/);
});

test('a report is the next run’s baseline, as JSON and as SARIF', () => {
  const all = report([workers], { known: [made] });
  for (const format of ['json', 'sarif'] as const) {
    assert.deepEqual([...knownIn('old', FORMATS[format](all))].sort(), ['a1', 'b2']);
  }
});

test('refuses a baseline that is something else', () => {
  assert.throws(() => knownIn('old.json', '{}'), /old\.json: this is not a report of `vcf-ai check`/);
  assert.throws(() => knownIn('old.json', 'nothing'), /old\.json: invalid JSON/);
});
