import type { GpuBill, GpuShare } from './gpu-bill';
import { WHOLE } from './gpu-bill';
import { grouped } from './grouped';
import { type Line, sumOf } from './lines';
import { type Amount, divideHalfEven, shares } from './money';
import { contains, type Period } from './period';

/** A part of a month's GPU bill. */
export interface GpuCost {
  readonly month: Period;
  /** Empty for GPUs that serve no model. */
  readonly model: string;
  readonly unit: string;
  readonly workload: string;
  readonly tenant: string;
  /** Whether it paid for nothing that anybody used. */
  readonly isIdle: boolean;
  /** Its part when whoever uses a model bears all of its GPUs. The sum of a month is the GPU bill. */
  readonly allocated: Amount;
  /** Its part when only the time in which the GPUs worked is borne, and the rest is idle. The same sum. */
  readonly used: Amount;
}

/** What a model on GPUs saved against the frontier model that would have answered otherwise. */
export interface Saving {
  readonly month: Period;
  readonly model: string;
  readonly comparedWith: string;
  /** The same tokens at the frontier's prices. */
  readonly frontier: Amount;
  /** The model's part of the GPU bill, idle time included. */
  readonly cost: Amount;
  /** Less than 0 where the frontier would have been cheaper. */
  readonly saved: Amount;
}

/** The GPU bills of whole months of a period, in parts. */
export function gpuCosts(bills: readonly GpuBill[], lines: readonly Line[], period: Period): GpuCost[] {
  return bills
    .filter(({ month }) => contains(period, month))
    .flatMap((bill) => {
      const parts = modelCosts(bill);
      const rows = bill.models.flatMap((share, index) =>
        costsOfModel(bill, share, parts[index] ?? 0n, lines),
      );
      const free = parts.at(-1) ?? 0n;
      const idle = { month: bill.month, model: '', ...NOBODY, isIdle: true, allocated: free, used: free };
      return free === 0n ? rows : [...rows, idle];
    });
}

const NOBODY = { unit: '', workload: '', tenant: '' };

/** What each model's GPUs cost, and at the end those that serve none. */
function modelCosts({ cost, gpus, models }: GpuBill): Amount[] {
  const served = models.map((share) => share.gpus);
  const free = gpus - served.reduce((sum, count) => sum + count, 0n);
  return shares(cost, [...served, free]);
}

function costsOfModel({ month }: GpuBill, share: GpuShare, cost: Amount, lines: readonly Line[]): GpuCost[] {
  const { model, busy } = share;
  const own = lines.filter((line) => line.model === model && isIn(line, month));
  const consumers = [
    ...grouped(own, ({ unit, workload, tenant }) => JSON.stringify([unit, workload, tenant])).values(),
  ];
  const weights = weightsOf(consumers);
  if (weights === undefined) {
    return [{ month, model, ...NOBODY, isIdle: true, allocated: cost, used: cost }];
  }
  const worked = divideHalfEven(cost * busy, WHOLE);
  const [allocated, used] = [shares(cost, weights), shares(worked, weights)];
  const rows = consumers.flatMap(([first], index) => {
    if (first === undefined) return [];
    const { unit, workload, tenant } = first;
    const amounts = { allocated: allocated[index] ?? 0n, used: used[index] ?? 0n };
    return [{ month, model, unit, workload, tenant, isIdle: false, ...amounts }];
  });
  const idle = { month, model, ...NOBODY, isIdle: true, allocated: 0n, used: cost - worked };
  return worked === cost ? rows : [...rows, idle];
}

const isIn = ({ day }: Line, { from, to }: Period) => day >= from && day < to;

/**
 * GPU time is borne in the proportion of what the tokens cost by the price book: output takes longer than input, and
 * cached input hardly any time. By the number of tokens where all prices are 0.
 */
function weightsOf(consumers: readonly (readonly Line[])[]): bigint[] | undefined {
  const byPrice = consumers.map(sumOf);
  if (byPrice.some((amount) => amount > 0n)) return byPrice;
  const byTokens = consumers.map((lines) => lines.reduce((sum, { tokens }) => sum + tokens, 0n));
  return byTokens.some((tokens) => tokens > 0n) ? byTokens : undefined;
}

/**
 * @param frontier Lines of the tokens of models on GPUs at the prices of what they are compared with, by model.
 */
export function savings(
  bills: readonly GpuBill[],
  frontier: ReadonlyMap<string, readonly Line[]>,
  period: Period,
): Saving[] {
  return bills
    .filter(({ month }) => contains(period, month))
    .flatMap((bill) => {
      const parts = modelCosts(bill);
      return bill.models.flatMap(({ model, comparedWith }, index): Saving[] => {
        if (comparedWith === '') return [];
        const lines = (frontier.get(model) ?? []).filter((line) => isIn(line, bill.month));
        const [there, here] = [sumOf(lines), parts[index] ?? 0n];
        const amounts = { frontier: there, cost: here, saved: there - here };
        return [{ month: bill.month, model, comparedWith, ...amounts }];
      });
    });
}
