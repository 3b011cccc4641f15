import { grouped } from '../base/text';
import { textTable } from '../base/text-table';
import type { Bill } from './bill';
import { type Grouping, groupsOf, KIND_WORDS, kindsOf } from './groups';
import { sumOf } from './lines';
import { type Amount, formatAmount, MONEY_DIGITS, payable } from './money';
import { formatInstant, type Period } from './period';
import { DIFFERENCES } from './rate';
import { UNASSIGNED } from './units';

/** A bill for a person. */
export function billTable(bill: Bill, by: Grouping): string {
  const { period, currency, total } = bill;
  const head = `Bill from ${formatInstant(period.from)} to ${formatInstant(period.to)} (UTC, the end excluded), in ${currency}`;
  const billed =
    bill.calls.length === 0
      ? ['No call began in this time.']
      : [
          groupTable(bill, by),
          `To pay: ${formatAmount(payable(total, currency), 0)} ${currency}, which is the total rounded once`,
          ...unassigned(bill, by),
          ...notBilled(bill),
        ];
  const sections = [head, ...billed, ...onPremises(bill), ...saved(bill)];
  return `${sections.join('\n\n')}\n`;
}

function groupTable(bill: Bill, by: Grouping): string {
  const groups = groupsOf(bill, by);
  const kinds = kindsOf(bill);
  const money = aligned([...groups.map(({ amount }) => amount), bill.total]);
  const owner = (name: string) => (by === 'unit' ? [bill.owners.get(name) ?? ''] : []);
  const rows = groups.map(({ name, calls, tokens, amount }) => [
    ...[name === '' ? '(none)' : name, ...owner(name), grouped(calls)],
    ...kinds.map((kind) => grouped(tokens.get(kind) ?? 0n)),
    money(amount),
  ]);
  const totals = kinds.map((kind) =>
    grouped(groups.reduce((sum, { tokens }) => sum + (tokens.get(kind) ?? 0n), 0n)),
  );
  const calls = groups.reduce((sum, group) => sum + group.calls, 0);
  const last = ['total', ...owner(''), grouped(calls), ...totals, money(bill.total)];
  const heads = [by, ...(by === 'unit' ? ['owner'] : []), 'calls', ...kinds.map((kind) => KIND_WORDS[kind])];
  return textTable([...heads, bill.currency], [...rows, last], by === 'unit' ? 2 : 1);
}

/** Writes amounts with as many digits as the finest of them needs, so that what is shown adds up as it is shown. */
function aligned(amounts: readonly Amount[]): (amount: Amount) => string {
  const digits = amounts.map((amount) => formatAmount(amount).split('.')[1]?.length ?? 0);
  const least = Math.min(MONEY_DIGITS, Math.max(2, ...digits));
  return (amount) => formatAmount(amount, least);
}

function unassigned({ owners, lines, currency }: Bill, by: Grouping): string[] {
  const loose = lines.filter(({ unit }) => unit === UNASSIGNED);
  if (owners.size === 0 || loose.length === 0) return [];
  const names = [...new Set(loose.map(({ workload }) => workload))].join(', ');
  const hint = by === 'unit' ? '' : ' (--by unit)';
  return [
    `Unassigned: ${formatAmount(sumOf(loose))} ${currency} of workloads that are of no unit: ${names}${hint}`,
  ];
}

function notBilled({ notBilled: differences, platform, currency }: Bill): string[] {
  if (differences.length === 0) return [];
  const lines = differences.map(
    ({ why, calls, tokens }) =>
      `  ${why}: ${grouped(calls)}${tokens === 0 ? '' : `, ${grouped(tokens)} tokens`}: ${DIFFERENCES[why]}`,
  );
  if (platform.length > 0) {
    lines.push(`  borne by the platform: ${formatAmount(sumOf(platform))} ${currency} for failed calls`);
  }
  return [`Not billed, in calls:\n${lines.join('\n')}`];
}

const monthText = ({ from }: Period) => formatInstant(from).slice(0, 7);

function onPremises({ gpuCosts, partialMonths, currency }: Bill): string[] {
  const left = partialMonths.map(
    (month) => `GPU bill of ${monthText(month)}: left out, because the period has only a part of the month`,
  );
  if (gpuCosts.length === 0) return left;
  const sums = {
    allocated: gpuCosts.reduce((sum, { allocated }) => sum + allocated, 0n),
    used: gpuCosts.reduce((sum, { used }) => sum + used, 0n),
  };
  const money = aligned(gpuCosts.flatMap(({ allocated, used }) => [allocated, used]));
  const rows = gpuCosts.map(({ month, model, unit, workload, tenant, isIdle, allocated, used }) => [
    ...[monthText(month), model === '' ? '(no model)' : model],
    isIdle ? 'idle' : [unit, workload, tenant].filter(Boolean).join(' / '),
    ...[money(allocated), money(used)],
  ]);
  const last = ['total', '', '', money(sums.allocated), money(sums.used)];
  const head = ['GPU bill', 'model', 'borne by', `allocated, ${currency}`, `by usage, ${currency}`];
  return [textTable(head, [...rows, last], 3), ...left];
}

function saved({ savings, gpuCosts, currency }: Bill): string[] {
  if (savings.length === 0) return [];
  const lines = savings.map(
    ({ month, model, comparedWith, frontier, cost, saved: amount }) =>
      `  ${monthText(month)} ${model}: ${formatAmount(frontier)} at the prices of ${comparedWith}, less ${formatAmount(cost)} for its GPUs: ${formatAmount(amount)} ${currency}`,
  );
  const free = gpuCosts.filter(({ model }) => model === '').reduce((sum, cost) => sum + cost.allocated, 0n);
  const rest = free === 0n ? [] : [`  GPUs without a model cost ${formatAmount(free)} ${currency} on top`];
  return [
    ['Saved against the frontier (below 0: it would have been cheaper):', ...lines, ...rest].join('\n'),
  ];
}
