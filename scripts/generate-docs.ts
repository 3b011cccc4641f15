import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { stackFileSchema } from '../config';
import { apiReference } from './docs/api';
import { claimTable } from './docs/claims';
import { configuration } from './docs/configuration';
import { featureTable } from './docs/features';
import { metricReference } from './docs/metrics';
import { ruleReference } from './docs/rules';
import { verdictTable } from './docs/verdicts';

const files: Readonly<Record<string, () => string>> = {
  'API.md': apiReference,
  'claims.md': claimTable,
  'configuration.md': configuration,
  'features.md': featureTable,
  'metrics.md': metricReference,
  'rules.md': ruleReference,
  'verdicts.md': verdictTable,
  'stack.schema.json': () => `${JSON.stringify(stackFileSchema, null, 2)}\n`,
};

const docs = resolve(__dirname, '../docs');
mkdirSync(docs, { recursive: true });
for (const [name, render] of Object.entries(files)) {
  const file = join(docs, name);
  const text = render();
  if (!process.argv.includes('--check')) writeFileSync(file, text);
  else if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
    console.error(`✗ docs/${name} is out of date: npm run generate`);
    process.exitCode = 1;
  }
}
