import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import execa from 'execa';
import { costOf, formatAmount, formatPrice, rounded } from '../../billing/money';
import { loadPriceBook } from '../../billing/price-book';
import { DIFFERENCES, exactCost, rate } from '../../billing/rate';
import { usageOf } from '../../billing/usage';
import type { UsageRecord } from '../../ledger/record';
import { newFolder } from '../local/scratch';

const root = resolve(__dirname, '../..');
const read = (file: string) => readFileSync(resolve(root, file), 'utf8');
const docs = read('docs/billing.md');

const number = (count: number) => count.toLocaleString('en-US');

test('the worked example is what the first record of the example costs [bill-example]', () => {
  const book = loadPriceBook(resolve(root, 'examples/chargeback/prices.yaml'));
  const [first = ''] = read('examples/chargeback/records.jsonl').split('\n');
  const record: UsageRecord = JSON.parse(first);
  assert.equal(new Date(record.startedAt).toISOString(), '2026-06-15T14:29:59.000Z');
  const { parts } = rate(usageOf(record), book);
  const rows = parts.map(({ kind, tokens, entry }) => {
    const amount = formatAmount(rounded(costOf(BigInt(tokens), entry.price)));
    return `| ${kind} | ${number(tokens)} | ${formatPrice(entry.price)} | ${amount} |`;
  });
  const tokens = parts.reduce((sum, part) => sum + part.tokens, 0);
  rows.push(`| total | ${number(tokens)} | | ${formatAmount(rounded(exactCost(parts)))} |`);
  assert.ok(docs.includes(`${rows.join('\n')}\n`), rows.join('\n'));
});

test('the documentation names every difference, and no other', () => {
  const [, section = ''] = docs.split('## What is not billed, and why');
  const named = [...(section.split('\n## ')[0] ?? '').matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
  assert.deepEqual(named, Object.keys(DIFFERENCES));
});

test('the documentation’s versions are those that were compared with', () => {
  for (const [name, file] of [
    ['LiteLLM', 'scripts/litellm/requirements.txt'],
    ['focus-validator', 'scripts/focus-validator/requirements.txt'],
  ] as const) {
    const [, version] = /==(\S+)/.exec(read(file)) ?? [];
    assert.ok(docs.includes(`${name} ${version}`), `${name} ${version}`);
  }
  const { bills } = JSON.parse(read('tests/golden/focus-validation.json'));
  assert.ok(docs.includes(`${bills.example.passed} rules pass`));
});

/** What a page tells a reader to run, without comments. */
const commandsOf = (text: string) =>
  [...text.matchAll(/^```sh\n([^`]+)^```/gm)].flatMap(([, block = '']) =>
    block.split('\n').flatMap((line) => /\bvcf-ai ((?:bill|prices check) .+)$/.exec(line)?.[1] ?? []),
  );

test('every command of the documentation runs in the folder of the example, and the bill that is shown is what the first prints [bill-documented]', async () => {
  const commands = commandsOf(docs);
  assert.ok(commands.length >= 4, commands.join('\n'));
  const folder = newFolder();
  cpSync(resolve(root, 'examples/chargeback'), folder, { recursive: true });
  mkdirSync(join(folder, 'last'));
  cpSync(join(folder, 'prices.yaml'), join(folder, 'last/prices.yaml'));
  const command = resolve(root, 'bin/vcf-ai.mjs');
  const said = new Map<string, string>();
  await Promise.all(
    commands.map(async (line) => {
      const {
        exitCode,
        all = '',
        stdout,
      } = await execa(command, line.split(' '), {
        ...{ cwd: folder, all: true, reject: false },
      });
      assert.equal(exitCode, 0, `vcf-ai ${line}\n${all}`);
      said.set(line, stdout);
    }),
  );
  const shown = /^```text\n([^`]+)\n```/m.exec(docs)?.[1];
  assert.equal(shown, said.get(commands[0] ?? ''));
});
