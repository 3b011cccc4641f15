import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CaseResult, CounterEvidence, ExchangeEvidence } from './evidence';
import type { Report } from './functional';

/** For a terminal: a line for each case, and under it what is not as expected. */
export function reportText(report: Report): string {
  return [
    ...report.cases.flatMap((one) => [
      `${verdict(one).padEnd(4)}  ${one.id.padEnd(4)}  ${one.title}`,
      ...(one.notApplicable === undefined ? [] : [`            ${one.notApplicable}`]),
      ...failures(one).map(
        ({ what, expected, actual }) => `            ${what}: expected ${expected}, got ${actual}`,
      ),
    ]),
    '',
    summary(report),
    ...standInNote(report),
  ].join('\n');
}

/**
 * Writes `functional.json`, for programs, and `functional.md`, for people, into a folder; the folder is made where
 * it is missing, files of an earlier run are replaced.
 */
export async function writeReport(report: Report, dir: string): Promise<{ json: string; markdown: string }> {
  await mkdir(dir, { recursive: true });
  const json = join(dir, 'functional.json');
  const markdown = join(dir, 'functional.md');
  await writeFile(json, `${JSON.stringify(report, null, 2)}\n`);
  await writeFile(markdown, reportMarkdown(report));
  return { json, markdown };
}

function reportMarkdown(report: Report): string {
  return `${[
    '# Functional validation',
    `${summary(report)} From ${report.began} to ${report.ended}, through ${report.gateway}.`,
    ...standInNote(report),
    table(
      ['upstream', 'kind', 'address', ''],
      report.upstreams.map(({ name, kind, url, standIn }) => [
        name,
        kind,
        url,
        standIn ? '**stand-in**' : '',
      ]),
    ),
    table(
      ['case', 'title', 'result'],
      report.cases.map((one) => [one.id, one.title, verdict(one)]),
    ),
    ...report.cases.map((one) => caseMarkdown(one, standIns(report))),
  ].join('\n\n')}\n`;
}

function caseMarkdown(one: CaseResult, imitated: ReadonlySet<string>): string {
  const { evidence } = one;
  return [
    `## ${one.id}: ${one.title} — ${verdict(one)}`,
    `**Objective.** ${one.objective}`,
    `**Method.** ${one.method}`,
    `**Expected.** ${one.expected}`,
    ...(one.notApplicable === undefined ? [] : [`**Not applicable.** ${one.notApplicable}`]),
    ...section(
      '**Actual.**',
      ['what', 'expected', 'actual', ''],
      one.checks.map(({ what, expected, actual, passed }) => [
        what,
        expected,
        actual,
        passed ? 'ok' : '**FAIL**',
      ]),
    ),
    ...section(
      '**Evidence: requests**',
      ['request', 'status', 'ms', 'tokens in/out', 'recorded by'],
      evidence.exchanges.map((exchange) => exchangeRow(exchange, imitated)),
    ),
    ...section('**Evidence: counters**', ['series', 'before', 'after'], evidence.counters.map(counterRow)),
    ...(evidence.notes.length > 0 ? [evidence.notes.map((note) => `- ${note}`).join('\n')] : []),
  ].join('\n\n');
}

function exchangeRow(
  { request, status, milliseconds, usage, said, seen }: ExchangeEvidence,
  imitated: ReadonlySet<string>,
): string[] {
  const recorded = seen.map(
    ({ upstream, seq, path, model, status: answered, bytes, sha256, credentials }) => {
      const who = imitated.has(upstream) ? `${upstream} (stand-in)` : upstream;
      const held = Object.entries(credentials).flatMap(([name, prints]) =>
        prints.map(
          ({ scheme, sha256: print }) => `${name}: ${scheme ? `${scheme} ` : ''}sha256 ${short(print)}`,
        ),
      );
      return [
        `${who} #${seq} ${path} model ${model ?? 'none'} status ${answered ?? 'none'}, ${bytes} bytes sha256 ${short(sha256)}`,
        ...held,
      ].join('; ');
    },
  );
  return [
    request,
    said === undefined ? `${status}` : `${status} ${said}`,
    `${milliseconds}`,
    usage ? `${usage.prompt_tokens}/${usage.completion_tokens}` : '',
    recorded.join('; ') || 'nobody',
  ];
}

function counterRow({ series, before, after }: CounterEvidence): string[] {
  return [`\`${series}\``, before === null ? 'absent' : `${before}`, after === null ? 'absent' : `${after}`];
}

function short(hash: string): string {
  return `${hash.slice(0, 12)}…`;
}

function section(title: string, head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return rows.length === 0 ? [] : [title, table(head, rows)];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function cell(text: string): string {
  return text.replace(/\s+/g, ' ').replaceAll('|', '\\|').replaceAll('<', '&lt;');
}

function verdict({ passed, notApplicable }: CaseResult): string {
  if (notApplicable !== undefined) return 'n/a';
  return passed ? 'pass' : 'FAIL';
}

function failures({ checks }: CaseResult) {
  return checks.filter(({ passed }) => !passed);
}

function summary({ passed, counts }: Report): string {
  const { passed: good, failed, notApplicable } = counts;
  return `${passed ? 'Passed' : 'Failed'}: ${good} passed, ${failed} failed, ${notApplicable} not applicable.`;
}

function standIns({ upstreams }: Report): ReadonlySet<string> {
  return new Set(upstreams.filter(({ standIn }) => standIn).map(({ name }) => name));
}

function standInNote(report: Report): string[] {
  const names = [...standIns(report)];
  if (names.length === 0) return [];
  return [`Stand-ins, no real model, GPU or cloud: ${names.join(', ')}.`];
}
