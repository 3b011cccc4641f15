import type { ClaimVerdict, JudgedClaim } from '../claims';
import type { LoadReport } from '../report';
import { type Html, html } from './html';
import { table } from './table';
import { captioned } from './tag';

export const VERDICT_NAMES: Readonly<Record<ClaimVerdict, string>> = {
  reproduced: 'reproduced',
  differs: 'differs',
  'not-testable': 'not testable here',
};

/** Claims by what they are about, with the numbers that they begin and end with. */
const GROUPS = [
  { title: 'Data', from: 123, to: 145 },
  { title: 'Load', from: 146, to: 160 },
  { title: 'Gate', from: 161, to: 171 },
  { title: 'Results', from: 172, to: 193 },
] as const;

export function claims(report: LoadReport): Html {
  const { claims: all } = report;
  const number = (verdict: ClaimVerdict) => all.filter((one) => one.verdict === verdict).length;
  return html`<h2 id="claims">Claims of the white paper</h2>
<p>Of ${all.length} claims about data, load, gate and results, ${number('reproduced')} are reproduced, ${number('differs')} differ, and ${number('not-testable')} are not testable here. A verdict that is worked out from the records of this run says “this run”; the others hold for every run, and say where they are shown.${report.simulated === null ? undefined : ' Results of hardware are never reproduced by stand-ins: what they are calibrated to, they prove nothing about.'}</p>
${GROUPS.map(({ title, from, to }) =>
  groupTable(
    report,
    title,
    all.filter((one) => one.number >= from && one.number <= to),
  ),
)}`;
}

function groupTable(report: LoadReport, title: string, rows: readonly JudgedClaim[]): Html {
  return table({
    caption: captioned(report, `${title}: claims ${rows[0]?.number ?? ''} to ${rows.at(-1)?.number ?? ''}`),
    head: ['', 'Claim', 'Verdict', 'What was found, or would be needed; where it is shown'],
    rows: rows.map(({ number, claim, verdict, how, where, fromRun }) => [
      `${number}`,
      claim,
      html`<span class="${`verdict ${verdict}`}">${VERDICT_NAMES[verdict]}</span>${fromRun ? html` <br><span class="soft">this run</span>` : undefined}`,
      html`${how}<span class="where">${where.map((place, index) => html`${index === 0 ? undefined : ' · '}<code>${place}</code>`)}</span>`,
    ]),
    ...{ numbers: [], texts: [1, 3], stacks: true },
  });
}

export function caveats({ caveats: all }: LoadReport): Html {
  return html`<h2 id="caveats">Caveats</h2>
<ul class="plain">${all.map((one) => html`<li>${one}</li>\n`)}</ul>
`;
}
