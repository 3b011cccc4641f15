import assert from 'node:assert/strict';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type CaseResult, type Report, reportText, writeReport } from '../../validation';

const texts = { objective: 'It holds.', method: 'One looks.', expected: 'It is seen.' };
const nothing = { checks: [], evidence: { exchanges: [], counters: [], notes: [] } };

const passed: CaseResult = {
  ...{ id: 'TC1', title: 'Good', ...texts, actual: 'answers: 200', passed: true },
  checks: [{ what: 'answers', expected: '200', actual: '200', passed: true }],
  evidence: {
    exchanges: [
      {
        request: 'POST /v1/chat/completions as a|b',
        status: 200,
        milliseconds: 31.5,
        usage: { prompt_tokens: 5, completion_tokens: 1, total_tokens: 6 },
        seen: [
          {
            ...{ upstream: 'gemini', seq: 7, method: 'POST', path: '/p', model: 'm', status: 200, bytes: 90 },
            sha256: 'c'.repeat(64),
            credentials: { authorization: [{ scheme: 'Bearer', sha256: 'd'.repeat(64), length: 9 }] },
          },
        ],
      },
      {
        request: 'POST /v1/chat/completions',
        status: 404,
        milliseconds: 1,
        said: 'No <route>\nfound',
        seen: [],
      },
    ],
    counters: [{ series: 'limited', before: null, after: 4 }],
    notes: ['worth knowing'],
  },
};
const failed: CaseResult = {
  ...{ ...nothing, id: 'TC2', title: 'Bad', ...texts, actual: 'answers: 500', passed: false },
  checks: [
    { what: 'answers', expected: '200', actual: '500', passed: false },
    { what: 'others', expected: '200', actual: '200', passed: true },
  ],
};
const lacking: CaseResult = {
  ...{ ...nothing, id: 'TC3', title: 'Absent', ...texts, actual: 'not carried out', passed: false },
  notApplicable: 'there is nothing',
};

const report: Report = {
  ...{ suite: 'functional', began: '2026-01-01T00:00:00Z', ended: '2026-01-01T00:01:00Z', passed: false },
  gateway: 'http://127.0.0.1:10080',
  upstreams: [
    { name: 'gemini', kind: 'provider', url: 'http://127.0.0.1:1', standIn: true },
    { name: 'real', kind: 'model-server', url: 'http://127.0.0.1:2', standIn: false },
  ],
  counts: { passed: 1, failed: 1, notApplicable: 1 },
  cases: [passed, failed, lacking],
};

test('a terminal shows a line for each case, what failed, what was not carried out, and who is imitated', () => {
  assert.equal(
    reportText(report),
    [
      'pass  TC1   Good',
      'FAIL  TC2   Bad',
      '            answers: expected 200, got 500',
      'n/a   TC3   Absent',
      '            there is nothing',
      '',
      'Failed: 1 passed, 1 failed, 1 not applicable.',
      'Stand-ins, no real model, GPU or cloud: gemini.',
    ].join('\n'),
  );
});

test('nothing is said of stand-ins where there are none', () => {
  assert.doesNotMatch(reportText({ ...report, upstreams: report.upstreams.slice(1) }), /stand-in/i);
});

test('both files are written, the folder made, and the JSON is the report', async () => {
  const dir = join(await mkdtemp(join(tmpdir(), 'report-')), 'new', 'folder');
  const { json, markdown } = await writeReport(report, dir);
  assert.deepEqual([json, markdown], [join(dir, 'functional.json'), join(dir, 'functional.md')]);
  assert.deepEqual(JSON.parse(await readFile(json, 'utf8')), report);
  const text = await readFile(markdown, 'utf8');
  assert.match(text, /^# Functional validation\n/);
  assert.match(text, /\| gemini \| provider \| http:\/\/127\.0\.0\.1:1 \| \*\*stand-in\*\* \|/);
  assert.match(text, /\| real \| model-server \| http:\/\/127\.0\.0\.1:2 \| {2}\|/);
  assert.match(text, /## TC1: Good — pass/);
  assert.match(text, /\*\*Not applicable\.\*\* there is nothing/);
  assert.match(
    text,
    /gemini \(stand-in\) #7 \/p model m status 200, 90 bytes sha256 cccccccccccc…; authorization: Bearer sha256 dddddddddddd…/,
  );
  assert.match(text, /\| `limited` \| absent \| 4 \|/);
});

test('what servers say cannot break a table or become markup', async () => {
  const { markdown } = await writeReport(report, await mkdtemp(join(tmpdir(), 'report-')));
  const text = await readFile(markdown, 'utf8');
  assert.match(text, /\| 404 No &lt;route> found \|/);
  assert.match(text, /as a\\\|b \|/);
});
