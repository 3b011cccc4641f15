import { lawText } from '../../arrivals/law-text';
import { count, decimal, percent, seconds, time } from '../format';
import type { LoadReport } from '../report';
import { type Html, html } from './html';
import { simulatedTag } from './tag';

/** What the run came to, in a sentence. */
export function headline({ verdict, run }: LoadReport): string {
  const { bracket, stable, verdict: kind, text } = verdict;
  const sentence = `${text[0]?.toUpperCase()}${text.slice(1)}`;
  if (kind === 'inconclusive') return `Inconclusive: ${text}`;
  if (run.end === 'verdict' && bracket !== undefined) {
    return `T2 lies above ${bracket.stable} and at most at ${bracket.breach} users, and the soak kept its limits`;
  }
  if (run.end === 'no-breach' && stable !== undefined) {
    return `All ${stable} users of the plan are held: T2 is beyond them`;
  }
  return sentence;
}

export function summary(report: LoadReport): Html {
  const { run, simulated, verdict } = report;
  const scaled =
    run.timeScale === 1
      ? undefined
      : html`<p>Times are in seconds of the plan’s clock, which ran ${run.timeScale} times as fast as real time: what clients saw is multiplied by ${run.timeScale}, and what engines say of themselves is taken as it is.${run.standIns.length > 0 ? undefined : ' These engines are no stand-ins and did not run faster, so that the two do not compare.'} Lag of the generator is in real seconds.</p>`;
  return html`<header class="head">
<p class="over">Load on an AI platform${simulatedTag(report)}</p>
<h1>${headline(report)}</h1>
<p class="${`verdict ${verdict.verdict}`}">${SIGNS[verdict.verdict]} ${VERDICTS[verdict.verdict]}</p>
${simulated === null ? undefined : html`<p class="notice"><strong>Simulated:</strong> ${simulated}. The numbers below show how generator, gateway and gate behave. They are no evidence for what GPUs do; where a stand-in is calibrated to the white paper’s soak, its agreement with the paper proves nothing.</p>`}
${scaled}
${tiles(report)}
<nav aria-label="Sections"><a href="#run">What was run</a><a href="#verdict">Verdict</a><a href="#tables">Tables 1 to 3</a><a href="#figures">Figures 4 to 6</a><a href="#traffic">What was sent</a><a href="#checks">Checks</a><a href="#claims">Claims</a><a href="#caveats">Caveats</a></nav>
</header>
<main>
<h2 id="run">What was run</h2>
${facts(report)}
`;
}

export const VERDICTS = {
  kept: 'all limits were kept',
  unjudged: 'without a gate nothing was judged',
  passed: 'a limit was passed',
  inconclusive: 'inconclusive: it proves nothing',
} as const;

const SIGNS = { kept: '✓', unjudged: '–', passed: '✗', inconclusive: '?' } as const;

function tiles({ verdict, latency, traffic, phases }: LoadReport): Html {
  const { bracket, soak, stable } = verdict;
  const main = phases.find(({ phase }) => phase === 'soak') ?? phases.at(-1);
  const failed = traffic.byOutcome.refused + traffic.byOutcome.broken + traffic.byOutcome.timeout;
  const tile = (title: string, value: string, more: string) =>
    html`<div><dt>${title}</dt><dd>${value}<small>${more}</small></dd></div>\n`;
  return html`<dl class="tiles">
${
  bracket !== undefined
    ? tile('T2, users', `${bracket.stable} – ${bracket.breach}`, 'last level that held, first that did not')
    : stable !== undefined
      ? tile('Users held', `${stable}`, 'no level broke')
      : undefined
}
${soak && tile('Soak', `${soak.users} users`, `${time(soak.seconds)} of ${time(soak.planned)}`)}
${main && tile('Requests a second', decimal(main.meanRequestsPerSecond), `peak ${decimal(main.peakRequestsPerSecond)}, ${main.phase}`)}
${latency === null ? undefined : tile('First token', seconds(latency.client.firstToken.mean), `p99 ${seconds(latency.client.firstToken.p99)}, at the clients`)}
${tile('Requests', count(traffic.requests), `${count(failed)} failed, ${percent(failed / (traffic.requests - traffic.byOutcome.cut), 2)}`)}
</dl>\n`;
}

const FUNCTIONAL = { true: 'passed', false: 'failed', null: 'not run before this load' } as const;

function facts({ run, simulated }: LoadReport): Html {
  const { plan } = run;
  const row = (name: string, value: Html | string) => html`<dt>${name}</dt><dd>${value}</dd>\n`;
  const profiles = plan.profiles.map(
    ({ profile, app, law, scope, sessions }) =>
      html`<li>${profile} as <code>${app}</code>: ${lawText(law)}, of each ${scope}; ${count(sessions)} sessions</li>`,
  );
  return html`<dl class="facts">
${row('Gateway', html`<code>${run.gateway}</code>`)}
${row('Engines', run.engines.length === 0 ? 'none was known' : run.engines.join(', '))}
${row('Stand-ins', run.standIns.length === 0 ? 'none' : run.standIns.join(', '))}
${row('Functional suite', FUNCTIONAL[`${run.functional}`])}
${row('Conversations', run.synthetic ? 'made up' : 'of a corpus of recorded conversations')}
${row('Load', `${plan.mode}, at most ${plan.users} users, planned for ${time(plan.seconds)}, seed ${plan.seed}`)}
${row('Profiles', html`<ul class="plain">${profiles}</ul>`)}
${row('Began and ended', `${run.began} to ${run.ended}, ${time(run.seconds)} of real time, ${run.timeScale} times as fast as planned`)}
${row('Generator', `${run.workers} ${run.workers === 1 ? 'thread' : 'threads'}, vcf-ai ${run.version}`)}
${row('Plan', html`<code>${run.planHash}</code>`)}
${row('Corpus', html`<code>${plan.corpus.bodies}</code>`)}
${simulated === null ? undefined : row('Simulated', simulated)}
</dl>\n`;
}
