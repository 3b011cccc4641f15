import { grouped } from '../base/text';
import { textTable } from '../base/text-table';
import { formatInstant } from '../billing/period';
import { CLASSES } from './explain';
import { type Difference, EVERY_MODEL, type FlowAudit, type FlowRow, gapsOf } from './flow-audit';
import type { TokenizerDrift } from './tokenizer';

/** What each class means, in the order in which a table has them. */
const MEANINGS = {
  lost: 'counted by the gateway, without a record in the ledger',
  bypassed: 'of requests that never passed the gateway',
  aborted: 'of streams that their clients left',
  retried: 'of attempts that did not answer',
  late: 'of calls that are in the period by one clock only',
  unexplained: 'none of the above',
} as const;

const KIND_WORDS = {
  ...{ input: 'input', cachedInput: 'cached', cacheWriteInput: 'cache write', output: 'output' },
  reasoning: 'reasoning',
} as const;

/** Whole numbers with a comma after each three digits; a dash for what nobody told. */
const count = (n: number | undefined): string => (n === undefined ? '–' : grouped(n));

/** A difference, with its sign; nothing for none. */
const signed = (n = 0): string => (n === 0 ? '' : `${n > 0 ? '+' : '−'}${count(Math.abs(n))}`);

/** A flow audit for a person. */
export function flowTable({ period, rows, differences, ...audit }: FlowAudit): string {
  const { inconclusive, evidence, lastCall, resets } = audit;
  const head = `Tokens from ${formatInstant(period.from)} to ${formatInstant(period.to)} (UTC, the end excluded)`;
  if (rows.length === 0 && inconclusive.length === 0) return `${head}\n\nNobody counted a token.\n`;
  const counted = evidence.flatMap(({ model, lostCalls, bypassedRequests }) => [
    ...(lostCalls > 0 ? [`! ${model}: calls that the gateway counted without a record: ${lostCalls}`] : []),
    ...(bypassedRequests > 0
      ? [`! ${model}: requests that no call of the gateway explains: ${bypassedRequests}`]
      : []),
  ]);
  const notes = [
    lastCall === undefined
      ? 'the ledger has no call in this period'
      : `the last call in the ledger began at ${formatInstant(lastCall)}`,
    ...(resets > 0
      ? [`counters that began anew or ended: ${resets}; what they had until then is counted`]
      : []),
  ];
  const doubts = inconclusive.map(
    ({ model, source, why }) =>
      `? ${model === EVERY_MODEL ? 'every model' : model}: no comparison with its ${source}: ${why}`,
  );
  const sections = [
    head,
    tokensTable(rows),
    differencesTable(differences),
    [...counted, ...doubts, ...notes].join('\n'),
    verdictOf(gapsOf({ differences }).length > 0, inconclusive.length > 0),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function verdictOf(hasGaps: boolean, isBlind: boolean): string {
  if (hasGaps) return '✗ there are gaps: tokens that were used and not billed, or billed and not used';
  return isBlind
    ? '? inconclusive: not everything could be compared'
    : '✓ every difference has a good reason';
}

function tokensTable(rows: readonly FlowRow[]): string {
  if (rows.length === 0) return '';
  return textTable(
    ['model', 'kind', 'ledger', 'gateway', 'engine', 'provider'],
    rows.map(({ model, kind, ledger, gateway, engine, provider }) => [
      ...[model, KIND_WORDS[kind]],
      ...[ledger, gateway, engine, provider].map(count),
    ]),
    2,
  );
}

function differencesTable(differences: readonly Difference[]): string {
  const there = differences.filter(({ tokens, classes, unexplained }) =>
    [tokens, unexplained, ...Object.values(classes)].some((n) => n !== 0),
  );
  if (there.length === 0) return differences.length === 0 ? '' : 'Every source has what the ledger has.';
  const used = [...CLASSES, 'unexplained' as const].filter((name) =>
    there.some(({ classes, unexplained }) => (name === 'unexplained' ? unexplained : classes[name])),
  );
  const rows = there.map(({ model, kind, source, tokens, classes, unexplained }) => [
    ...[model, KIND_WORDS[kind], source, signed(tokens)],
    ...used.map((name) => signed(name === 'unexplained' ? unexplained : classes[name])),
  ]);
  return [
    'More than the ledger has, by reason:',
    textTable(['model', 'kind', 'source', 'tokens', ...used], rows, 3),
    ...used.map((name) => `  ${name}: ${MEANINGS[name]}`),
  ].join('\n');
}

const MARKS = { same: '✓', drifts: '✗ drifts', inconclusive: '? too few tokens' } as const;

/** A tokenizer audit for a person. */
export function tokenizerTable(drifts: readonly TokenizerDrift[]): string {
  const rows = drifts.map(({ model, samples, told, counted, overhead, expected, ratio, verdict }) => [
    ...[model, count(samples), count(told), count(counted), count(overhead)],
    ...[`${expected}`, Number.isFinite(ratio) ? ratio.toFixed(4) : '–', MARKS[verdict]],
  ]);
  const heads = ['model', 'samples', 'told', 'counted', 'of the format', 'expected', 'ratio', ''];
  return `Tokens that models told, by a count of their texts (o200k_harmony)\n\n${textTable(heads, rows, 1)}\n`;
}
