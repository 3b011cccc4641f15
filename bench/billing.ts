/** How long a bill of a million calls takes, one by one: `node --import tsx bench/billing.ts`. */
import { makeBill } from '../billing/bill';
import { parsePrice } from '../billing/money';
import { PriceBook } from '../billing/price-book';
import type { UsageSource } from '../billing/usage';

const CALLS = 1_000_000;

const from = Date.UTC(2026, 5, 1);
const to = Date.UTC(2026, 6, 1);

const PRICES = { input: '0.15', cachedInput: '0.03', output: '0.60' } as const;

const entries = Object.entries(PRICES).map(([kind, price], index) => ({
  ...{ index, model: 'gpt-oss-120b', kind: kind as keyof typeof PRICES, tenant: '', from, currency: 'USD' },
  ...{ price: parsePrice(price) ?? 0n, source: 'benchmark' },
}));

const source: UsageSource = {
  async *usage() {
    for (let call = 0; call < CALLS; call += 1) {
      yield {
        startedAt: from + Math.floor((call / CALLS) * (to - from)),
        workload: `workload-${call % 50}`,
        tenant: `tenant-${call % 7}`,
        modelAsked: 'gpt-oss-120b',
        modelAnswered: 'gpt-oss-120b',
        ending: 'whole',
        calls: 1,
        attempts: 1,
        tokens: { input: 1000 + (call % 97), cachedInput: call % 900, output: call % 500 },
      };
    }
  },
};

async function main(): Promise<void> {
  const [began, cpu] = [Date.now(), process.cpuUsage()];
  const { lines } = await makeBill(source, { period: { from, to }, book: new PriceBook('USD', entries) });
  const used = process.cpuUsage(cpu);
  const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(2);
  const both = `${seconds(Date.now() - began)} s, ${seconds((used.user + used.system) / 1000)} s of CPU`;
  console.log(`${CALLS} calls, ${lines.length} lines: ${both}`);
}

main();
