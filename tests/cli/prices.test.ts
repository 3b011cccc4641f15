import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { newFolder } from '../local/scratch';
import { vcfAi } from './command';

const root = resolve(__dirname, '../..');
const example = join(root, 'examples/chargeback/prices.yaml');

const prices = (...args: string[]) => vcfAi(newFolder(), 'prices', ...args);

/** The example's book with a change. */
function changed(from: string, to: string): string {
  const text = readFileSync(example, 'utf8');
  assert.ok(text.includes(from), from);
  const file = join(newFolder(), 'prices.yaml');
  writeFileSync(file, text.replace(from, to));
  return file;
}

test('vcf-ai prices check says what a book has', async () => {
  const { code, stdout } = await prices('check', example);
  assert.equal(code, 0);
  assert.match(stdout, /prices\.yaml: 7 prices of 2 models in USD/);
  const { entries, currency } = JSON.parse((await prices('check', example, '--json')).stdout);
  assert.deepEqual([entries, currency], [7, 'USD']);
});

test('refuses a book that changes what was in force; before that it may', async () => {
  const newer = changed('pricePerMTok: 2.50', 'pricePerMTok: 2.40');
  const against = ['--against', example];
  const refused = await prices('check', newer, ...against, '--at', '2026-06-20');
  assert.equal(refused.code, 1);
  assert.match(refused.text, /changes prices that were in force/);
  assert.match(
    refused.text,
    /output of gemini-flash from 2026-06-01: was in force and is changed from 2\.50 to 2\.40/,
  );
  const early = await prices('check', newer, ...against, '--at', '2026-05-20');
  assert.equal(early.code, 0, early.text);
  assert.match(early.stdout, /what was in force in .* is unchanged/);
});

test('refuses a book with mistakes, with the line of each', async () => {
  const { code, text } = await prices('check', changed('kind: cachedInput', 'kind: cached'));
  assert.equal(code, 1);
  assert.match(text, /entries\[1\]\.kind: "cached" is not a kind of token/);
  assert.match(text, /at .*prices\.yaml:8/);
});

test('budgets are counted by the prices of the book, or it is said where they are not', async () => {
  const folder = newFolder();
  cpSync(join(root, 'Pulumi.yaml'), join(folder, 'Pulumi.yaml'));
  const document = readFileSync(join(root, 'examples/observability/Pulumi.local.yaml'), 'utf8');
  const check = async (text: string) => {
    writeFileSync(join(folder, 'Pulumi.local.yaml'), text);
    const args = ['prices', 'check', example, '--stack', 'local', '--at', '2026-07-01'];
    return vcfAi(folder, ...args);
  };
  const same = await check(document);
  assert.equal(same.code, 0, same.text);
  assert.match(same.stdout, /; stack local has the same$/);
  // That of the first half of June.
  const older = await check(
    document.replace('outputPerMTok: 0.50', 'outputPerMTok: 0.60').replace('currency: USD', 'currency: EUR'),
  );
  assert.equal(older.code, 1);
  for (const said of [
    /currency: the prices of .*prices\.yaml are in USD/,
    /outputPerMTok: output of gpt-oss-120b costs 0\.6 in the document and 0\.50 in .*: budgets and bills would differ \(set it to 0\.5\)/,
    /at .*Pulumi\.local\.yaml:9/,
  ]) {
    assert.match(older.text, said);
  }
  assert.doesNotMatch(older.text, /reasoning/);
});

const MAP = {
  'x/model': {
    mode: 'chat',
    input_cost_per_token: 1.5e-7,
    output_cost_per_token: 6e-7,
    input_cost_per_token_above_200k_tokens: 3e-7,
  },
  picture: { mode: 'image_generation', output_cost_per_image: 0.04 },
};

test('vcf-ai prices import makes a book of LiteLLM’s map, and says what it leaves out', async () => {
  const folder = newFolder();
  const [map, out] = [join(folder, 'map.json'), join(folder, 'prices.yaml')];
  writeFileSync(map, JSON.stringify(MAP));
  const { code, stdout, stderr } = await prices('import', map, '--date', '2026-06-01', '--out', out);
  assert.deepEqual([code, stdout], [0, '']);
  assert.match(stderr, /! x\/model: input_cost_per_token_above_200k_tokens is not imported: a higher price/);
  assert.match(stderr, /! picture is not imported: no price of input tokens/);
  assert.match(stderr, /2 prices of 1 models; 1 models are not imported/);
  assert.equal((await prices('check', out)).code, 0);
  const again = await prices('import', map, '--date', '2026-06-01', '--out', out);
  assert.equal(again.code, 1);
  assert.match(again.text, /exists, and a price book is only appended to/);
});

test('a model can be chosen under the name that its answers say', async () => {
  const map = join(newFolder(), 'map.json');
  writeFileSync(map, JSON.stringify(MAP));
  const chosen = ['--model', 'x/model=model', '--source', 'a list'];
  const { stdout } = await prices('import', map, '--date', '2026-06-01T08:00:00Z', ...chosen, '--json');
  const { entries } = JSON.parse(stdout);
  const common = { model: 'model', from: '2026-06-01T08:00:00Z', source: 'a list' };
  assert.deepEqual(entries, [
    { ...common, kind: 'input', pricePerMTok: '0.15' },
    { ...common, kind: 'output', pricePerMTok: '0.60' },
  ]);
});

test('refuses to import from a file that is no map, and at a date that is none', async () => {
  const map = join(newFolder(), 'map.json');
  writeFileSync(map, '[]');
  const noMap = await prices('import', map, '--date', '2026-06-01');
  assert.equal(noMap.code, 1);
  assert.match(noMap.text, /is no JSON map of models/);
  const noDate = await prices('import', map, '--date', 'June');
  assert.equal(noDate.code, 1);
  assert.match(noDate.text, /--date: "June" is not a date/);
});
