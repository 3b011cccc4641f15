import type { Decision } from '../../gate/controller';
import { seconds, time } from '../format';
import type { LoadReport } from '../report';
import { type Html, html } from './html';
import { table } from './table';
import { captioned } from './tag';

/** Decisions up to which all are shown at once; of more, those that changed something. */
const FEW = 30;

export function decisions(report: LoadReport): Html {
  const all = report.decisions;
  const shown = all.length <= FEW ? all : all.filter(isTelling);
  return html`<h2 id="verdict">Verdict and decisions</h2>
${verdictText(report)}
${all.length === 0 ? html`<p>${report.run.gate === null ? 'The run had no gate: all users from the begin, and nothing was decided.' : 'The run ended before the first window, so nothing was decided.'}</p>` : decisionTable(report, 'Decisions of the gate', shown)}
${shown.length === all.length ? undefined : html`<details><summary>All ${all.length} decisions</summary>${decisionTable(report, 'All decisions', all)}</details>`}
`;
}

/** It changed the users or the phase, or was no plain “stable”. */
const isTelling = ({ phase, users, judgement, next }: Decision, index: number) =>
  index === 0 || next.phase !== phase || next.users !== users || judgement.kind !== 'stable';

function decisionTable(report: LoadReport, title: string, rows: readonly Decision[]): Html {
  return table({
    caption: captioned(report, title, 'At the end of each window; time on the plan’s clock.'),
    head: ['Time', 'Phase', 'Users', 'Judgement', 'Why', 'Next'],
    rows: rows.map(({ at, phase, users, judgement, why, next, end }) => [
      ...[time(at), phase, html`${users}<span class="aside"> users</span>`, judgement.kind, why],
      html`<span class="aside">→ </span>${end === undefined ? `${next.phase}, ${next.users} users` : 'ended'}`,
    ]),
    ...{ numbers: [2], texts: [4], stacks: true },
  });
}

function verdictText({ verdict, run }: LoadReport): Html {
  const { bracket, baseline, soak, window, firstTokenFactor, scopes, why } = verdict;
  const { gate } = run;
  return html`<p>The run ended as <code>${run.end}</code>: ${verdict.text}${why === undefined ? '' : ` (${why})`}.</p>
${
  bracket === undefined
    ? undefined
    : html`<p>T2 lies between ${bracket.stable} users, the last level that held, and ${bracket.breach}, the first that did not.</p>`
}
${
  gate === null
    ? undefined
    : html`<p>Where T2 is found depends on the window (here ${seconds(window)}), on the baseline (${baseline === undefined ? 'which was not found' : `${seconds(baseline.client)} at the clients and ${seconds(baseline.engine)} at the engines, means of ${baseline.firstTokens} first tokens at ${gate.baseline.users} users`}; T2 is ${firstTokenFactor} times as much, in ${gate.breaches} windows in a row), and on whose bursts they are (${scopes.join(', ')}). In shorter windows T2 is found at fewer users, because a burst that lasts as long as a window passes it by chance. A number of users without these says little.</p>`
}
${
  soak === undefined
    ? undefined
    : html`<p>Soak: ${soak.users} users for ${time(soak.seconds)} of ${time(soak.planned)}; T2 was passed in ${soak.breaches} of its windows.</p>`
}
`;
}
