import { CAVEATS } from '../../validation/report/caveats';
import { CLAIMS, type Claim } from '../../validation/report/claims';
import { VERDICT_NAMES } from '../../validation/report/page/claims';
import { cell, NOTICE, table } from './markdown';

const HOW = `What the white paper (GEA-VOY-WP100, 30 June 2026) and its companions claim of their load test, and what this project can say of each claim. A verdict is
**reproduced**, **differs**, or **not testable here**; the last says what would be needed. Where it is “by each run”, \`vcf-ai load report\` works it out from the
records of a run, and a run of stand-ins never reproduces what hardware does: the model server of the embedded datacenter is calibrated to the paper's soak, so that its agreement
with the paper is no evidence. The others hold for every run. How to run and read a load test: [validation.md](validation.md).`;

const link = (place: string): string => {
  const [file = '', ...more] = place.split(' ');
  if (!/^(tests|validation|scripts|docs)\//.test(file)) return `\`${place}\``;
  const target = file.startsWith('docs/') ? file.slice('docs/'.length) : `../${file}`;
  return [`[${file}](${target})`, ...more.map((word) => `\`${word}\``)].join(' ');
};

function verdictOf({ judged, ofHardware }: Claim): string {
  if (typeof judged !== 'function') return `**${VERDICT_NAMES[judged.verdict]}**: ${judged.how}`;
  return ofHardware ? 'by each run of real engines; **not testable** with stand-ins' : 'by each run';
}

/** docs/claims.md: every claim, the verdict that can be given, and what shows it. */
export function claimTable(): string {
  return [
    NOTICE,
    '# Claims of the white paper about its load test',
    '',
    HOW,
    '',
    ...table(
      ['', 'claim', 'verdict', 'where'],
      CLAIMS.map((one) => [
        `${one.number}`,
        cell(one.claim),
        cell(verdictOf(one)),
        one.where.map(link).join(', '),
      ]),
    ),
    '',
    '## Caveats',
    '',
    ...CAVEATS.map((caveat) => `- ${caveat}`),
    '',
  ].join('\n');
}
