import { OUTCOME_NAMES, type Outcome } from '../../replay/request-rows';
import { count, decimal, NONE, percent, seconds } from '../format';
import type { LoadReport } from '../report';
import type { Spread } from '../spread';
import { type Html, html } from './html';
import { table } from './table';
import { captioned } from './tag';

/** What was really sent and what came back. */
export function traffic(report: LoadReport): Html {
  const { traffic: of } = report;
  const sizes = (name: string, { mean, p50, p90, p99, max }: Spread, text: (value: number) => string) => [
    ...[name, text(mean), text(p50), text(p90), text(p99), text(max)],
  ];
  const { recorded, upperBound, modelled, cut } = of.pauses;
  return html`<h2 id="traffic">What was sent, and what came back</h2>
${table({
  caption: captioned(
    report,
    'Sizes of requests',
    `Tokens as answers told them, of ${count(of.promptTokens.count)} requests.`,
  ),
  head: ['', 'Mean', 'p50', 'p90', 'p99', 'Most'],
  rows: [
    sizes('Tokens of prompts', of.promptTokens, count),
    sizes('Tokens of answers', of.completionTokens, count),
    sizes('Bytes sent', of.bytesSent, count),
  ],
})}
<p>${Number.isFinite(of.cachedShare) ? `Of the prompts’ tokens ${percent(of.cachedShare)} came from the engines’ caches, as answers told. ` : 'Answers did not tell how many tokens came from caches. '}${count(of.repeated)} of ${count(of.requests)} requests repeated a turn that had been sent before in this run; the plan begins ${count(of.reusedSessions)} sessions again beyond the ${count(of.sessions)} that it has. Repeated conversations are known to a cache, and make the first token come too early.</p>
<p>Pauses of the plan: ${count(recorded)} recorded (${count(cut)} of them cut to the longest that is kept), ${count(upperBound)} upper bounds, ${count(modelled)} drawn from a law.</p>
${outcomes(report)}
${errors(report)}`;
}

const OUTCOMES: Readonly<Record<Outcome, string>> = {
  ok: 'answered 200, whole',
  refused: 'another status than 200',
  broken: 'connection or stream broke, or told an error',
  timeout: 'no byte for as long as a request may take',
  cut: 'cut off by us at the end: no fault of the platform',
};

function outcomes(report: LoadReport): Html {
  const { requests, byOutcome } = report.traffic;
  return table({
    caption: captioned(report, 'Ends of requests'),
    head: ['End', 'Requests', 'Share', 'Meaning'],
    rows: OUTCOME_NAMES.map((name) => [
      ...[name, count(byOutcome[name]), percent(byOutcome[name] / requests, 2), OUTCOMES[name]],
    ]),
    ...{ numbers: [1, 2], texts: [3] },
  });
}

function errors(report: LoadReport): Html {
  const kinds = report.traffic.errors;
  if (kinds.length === 0) return html`<p>No request failed.</p>\n`;
  return table({
    caption: captioned(report, 'Errors by kind', 'With the first body that came, or the connection’s error.'),
    head: ['End', 'Status', 'Requests', 'Said'],
    rows: kinds.map(({ outcome, status, count: times, said = NONE }) => [
      ...[outcome, Number.isFinite(status) ? `${status}` : NONE, count(times)],
      html`<code>${said}</code>`,
    ]),
    ...{ numbers: [1, 2], texts: [3] },
  });
}

/** Whether the generator and the numbers can be trusted. */
export function checks(report: LoadReport): Html {
  const { clocks, little } = report;
  const spread = (name: string, { mean, p50, p99, max }: Spread) => [
    ...[name, seconds(mean), seconds(p50), seconds(p99), seconds(max)],
  ];
  const apart = clocks.response.mean - clocks.service.mean;
  return html`<h2 id="checks">Can these numbers be trusted?</h2>
<h3>Generator and clocks</h3>
${table({
  caption: captioned(report, 'Lag and latency', 'Lag in real seconds, the others by the plan’s clock.'),
  head: ['', 'Mean', 'p50', 'p99', 'Most'],
  rows: [
    spread('Generator lag', clocks.lag),
    spread('Response time, from the schedule', clocks.response),
    spread('Service time, from the send', clocks.service),
  ],
})}
<p>Lag is how much later than it could a request was sent${clocks.allowedLag === null ? '' : `; the gate allows a p99 of ${seconds(clocks.allowedLag)} in each window`}. Response time counts from when the plan wanted a request, and has all that it had to wait for; service time counts from when it was sent. ${Math.abs(apart) < 0.01 * clocks.service.mean ? 'Here they differ by less than one percent.' : `Here they differ by ${seconds(apart)} on average: ${count(clocks.waitedForTurn)} requests came due while the turn before them still ran.`}</p>
<h3>Little’s law</h3>
${littleText(report, little)}`;
}

function littleText(report: LoadReport, little: LoadReport['little']): Html {
  if (little === null)
    return html`<p>No window of steady load was seen, so that the law has nothing to be held against.</p>\n`;
  const { underWay, rate, time, product, difference, users } = little;
  const signed = (value: number) => `${value >= 0 ? '+' : ''}${percent(value, 2)}`;
  return html`${table({
    caption: captioned(report, 'Little’s law', 'In the steady part of the run.'),
    head: ['Law', 'Left side', 'Right side', 'Difference', 'From'],
    rows: [
      [
        'L = X · R',
        decimal(underWay),
        decimal(product),
        signed(difference),
        `${decimal(rate, 3)} requests a second of ${seconds(time)}`,
      ],
      ...(users === undefined
        ? []
        : [
            [
              'N = X · (R + Z)',
              `${users.users}`,
              decimal(users.product),
              signed(users.difference),
              `pauses of ${seconds(users.pause)} on average`,
            ],
          ]),
    ],
    ...{ numbers: [1, 2, 3], texts: [4] },
  })}
<p class="soft">L is the mean number of requests under way, by the area under it; X and R are of the requests that ended. A difference beyond some percent means that requests are missing in the records, or that the load was not steady: requests that began before the time or end after it count on one side only.</p>
`;
}
