import type { Bill } from './bill';
import { csvText } from './csv';
import { type Grouping, groupsOf, kindsOf } from './groups';
import type { Line } from './lines';
import { formatAmount, formatPrice, MONEY_DIGITS, payable } from './money';
import { formatInstant } from './period';

/** Amounts in files have all nine digits, so that columns are of one width and nothing is left to a reader's rounding. */
const amountText = (amount: bigint) => formatAmount(amount, MONEY_DIGITS);

/** The lines of a bill as CSV, or its groups. */
export function billCsv(bill: Bill, by?: Grouping): string {
  if (by === undefined) return csvText([LINE_COLUMNS, ...bill.lines.map((line) => lineRow(bill, line))]);
  const kinds = kindsOf(bill);
  const head = [by, ...(by === 'unit' ? ['owner'] : []), 'calls', ...kinds, 'currency', 'amount'];
  const rows = groupsOf(bill, by).map(({ name, calls, tokens, amount }) => [
    ...[name, ...(by === 'unit' ? [bill.owners.get(name) ?? ''] : []), `${calls}`],
    ...kinds.map((kind) => `${tokens.get(kind) ?? 0n}`),
    ...[bill.currency, amountText(amount)],
  ]);
  return csvText([head, ...rows]);
}

const LINE_COLUMNS = [
  ...['day', 'unit', 'owner', 'workload', 'tenant', 'model', 'kind', 'tokens', 'pricePerMTok', 'currency'],
  ...['amount', 'priceFrom', 'priceSource'],
];

function lineRow({ currency, owners }: Bill, line: Line): string[] {
  const { day, unit, workload, tenant, model, kind, entry, tokens, amount } = line;
  return [
    ...[formatInstant(day), unit, owners.get(unit) ?? '', workload, tenant, model, kind, `${tokens}`],
    ...[formatPrice(entry.price), currency, amountText(amount), formatInstant(entry.from), entry.source],
  ];
}

/** A bill as JSON. Amounts and tokens of lines are texts: no reader's floating point changes them. */
export function billJson(bill: Bill, by: Grouping): string {
  const { period, currency, owners, total } = bill;
  const lineOf = ({ day, unit, workload, tenant, model, kind, entry, tokens, amount }: Line) => ({
    ...{ day: formatInstant(day), unit, workload, tenant, model, kind, tokens: `${tokens}` },
    pricePerMTok: formatPrice(entry.price),
    ...{ priceFrom: formatInstant(entry.from), priceSource: entry.source, amount: amountText(amount) },
  });
  const data = {
    from: formatInstant(period.from),
    to: formatInstant(period.to),
    currency,
    total: amountText(total),
    payable: formatAmount(payable(total, currency)),
    by,
    groups: groupsOf(bill, by).map(({ name, calls, tokens, amount }) => ({
      name,
      ...(by === 'unit' && { owner: owners.get(name) ?? '' }),
      calls,
      tokens: Object.fromEntries([...tokens].map(([kind, count]) => [kind, `${count}`])),
      amount: amountText(amount),
    })),
    lines: bill.lines.map(lineOf),
    calls: bill.calls.map((count) => ({ ...count, day: formatInstant(count.day) })),
    notBilled: bill.notBilled,
    platformCost: bill.platform.map(lineOf),
    onPremises: bill.gpuCosts.map(({ month, allocated, used, ...cost }) => ({
      ...{ month: formatInstant(month.from).slice(0, 7), ...cost },
      ...{ allocated: amountText(allocated), used: amountText(used) },
    })),
    gpuMonthsLeftOut: bill.partialMonths.map(({ from }) => formatInstant(from).slice(0, 7)),
    savings: bill.savings.map(({ month, frontier, cost, saved, ...saving }) => ({
      ...{ month: formatInstant(month.from).slice(0, 7), ...saving },
      ...{ frontier: amountText(frontier), cost: amountText(cost), saved: amountText(saved) },
    })),
  };
  return `${JSON.stringify(data, null, 2)}\n`;
}
