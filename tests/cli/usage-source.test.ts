import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { makeBill } from '../../billing/bill';
import { billJson } from '../../billing/bill-data';
import { loadPriceBook } from '../../billing/price-book';
import { usageSource } from '../../cli/usage-source';
import { readLine } from '../../ledger/access-log';
import { ingestFile } from '../../ledger/follow';
import { openLedger } from '../../ledger/open';
import { line } from '../ledger/lines';
import { STORES } from '../ledger/stores';
import { newFolder } from '../local/scratch';

const at = (text: string) => Date.parse(text);

const NOVEMBER = { from: at('2026-11-01T00:00:00Z'), to: at('2026-12-01T00:00:00Z') };
const DECEMBER = { from: at('2026-12-01T00:00:00Z'), to: at('2027-01-01T00:00:00Z') };

/** The price of output doubles in the middle of an hour. */
const PRICES = `currency: USD
entries:
  - { model: openai/gpt-oss-120b, kind: input, from: 2026-01-01T00:00:00Z, pricePerMTok: 1, source: test }
  - { model: openai/gpt-oss-120b, kind: output, from: 2026-01-01T00:00:00Z, pricePerMTok: 2, source: test }
  - { model: openai/gpt-oss-120b, kind: output, from: 2026-11-29T22:30:00Z, pricePerMTok: 4, source: test }
`;

/** Calls around the change, left and failed ones among them, and some whose parts are more than the whole. */
function calls(): string[] {
  return Array.from({ length: 120 }, (_, index) =>
    line({
      start_time: new Date(at('2026-11-29T22:00:00Z') + index * 30_000).toISOString(),
      workload: `app-${index % 3}`,
      input_tokens: 10 + index,
      cached_input_tokens: index % 17 === 0 ? 10_000 : index,
      output_tokens: index % 10 === 0 ? null : index,
      reasoning_tokens: index % 10 === 0 ? null : 1,
      ...(index % 10 === 0 && {
        response_flags: 'DC',
        response_code_details: 'downstream_remote_disconnect',
      }),
      ...(index % 23 === 0 && { status: 503, response_flags: 'UF' }),
      attempts: 1 + (index % 2),
    }),
  );
}

for (const { name, skip, newPlace } of STORES) {
  describe(`a bill of a ledger ${name}`, { skip }, () => {
    test('is that of its records, whatever was summed up on the way [bill-of-ledger]', async () => {
      const folder = newFolder();
      const [log, records, prices] = ['log', 'records.jsonl', 'prices.yaml'].map((file) =>
        join(folder, file),
      );
      const lines = calls();
      writeFileSync(log ?? '', lines.map((text) => `${text}\n`).join(''));
      const read = lines.map((text) => readLine(text).record);
      writeFileSync(records ?? '', read.map((record) => `${JSON.stringify(record)}\n`).join(''));
      writeFileSync(prices ?? '', PRICES);
      const book = loadPriceBook(prices ?? '');
      const place = await newPlace();
      const store = await openLedger(place);
      await ingestFile(store, log ?? '');
      await store.end();

      const of = async (source: Parameters<typeof usageSource>[0], period = NOVEMBER) =>
        billJson(await makeBill(usageSource(source), { period, book }), 'workload');
      const bill = await of({ ledger: place });
      assert.equal(bill, await of({ records: records ?? '' }));
      assert.match(bill, /leftUncounted/);
      assert.match(bill, /excess/);
      // Not a month: the calls that began in it.
      const hour = { from: at('2026-11-29T22:00:00Z'), to: at('2026-11-29T22:45:00Z') };
      assert.equal(await of({ ledger: place }, hour), await of({ records: records ?? '' }, hour));
    });

    test('of a closed month stays the same: what comes late is on the next one [bill-closed-month]', async () => {
      const folder = newFolder();
      const log = join(folder, 'log');
      const prices = join(folder, 'prices.yaml');
      writeFileSync(prices, PRICES);
      const book = loadPriceBook(prices);
      const first = line({ start_time: '2026-11-29T22:00:00Z', output_tokens: 1_000_000 });
      writeFileSync(log, `${first}\n`);
      const place = await newPlace();
      const store = await openLedger(place);
      await ingestFile(store, log);
      await store.close('2026-11', new Date('2026-12-02T00:00:00Z'));
      const bill = async (period: typeof NOVEMBER) =>
        billJson(await makeBill(usageSource({ ledger: place }), { period, book }), 'workload');
      await store.end();
      const closed = await bill(NOVEMBER);

      const late = line({ start_time: '2026-11-29T22:40:00Z', output_tokens: 1_000_000 });
      writeFileSync(log, `${first}\n${late}\n`);
      const again = await openLedger(place);
      await ingestFile(again, log);
      const { id } = readLine(first).record ?? { id: '' };
      await again.correct({ id, difference: { output: -1_000_000, reasoning: -4 }, reason: 'counted twice' });
      await again.end();
      assert.equal(await bill(NOVEMBER), closed);
      // A million at the price of its time, less a million at the price before, and 48 tokens of input at 1 a million.
      assert.equal(JSON.parse(await bill(DECEMBER)).total, '2.000048000');
    });
  });
}
