import { count, decimal, difference, NONE, percent, seconds, time } from '../format';
import type { LoadReport } from '../report';
import { type Html, html } from './html';
import { type Cell, table } from './table';
import { captioned } from './tag';

/** Tables 1 to 3 of the white paper, filled from this run. */
export function paperTables(report: LoadReport): Html {
  return html`<h2 id="tables">The white paper’s tables, from this run</h2>
<p>Values of the paper are of four H100 with gpt-oss-120b. They stand beside those of this run for orientation, and whether they may be compared is said with each claim below.</p>
${phaseTable(report)}
<p class="soft">Requests by when they were sent. The peak is that of the busiest ${seconds(report.peakInterval)}; the paper does not say over what its peak is taken, nor whether its error rate counts requests that were cut off (here it does not). Its ramp begins with what is the baseline here.</p>
${latencyTable(report)}
${gatewayTable(report)}`;
}

function phaseTable(report: LoadReport): Html {
  const { paper, phases } = report;
  const ofPaper = {
    ramp: [
      `~${time(paper.ramp.seconds)}`,
      `${paper.ramp.users}`,
      `~${decimal(paper.ramp.requestsPerSecond, 1)}`,
      '0',
    ],
    soak: [
      time(paper.soak.seconds),
      `${paper.soak.users}`,
      decimal(paper.soak.requestsPerSecond, 1),
      '0.0125 %',
    ],
  } as const;
  return table({
    caption: captioned(report, 'Table 1. Phases', 'Per second of the plan’s clock.'),
    groups: [
      ['', 1],
      ['This run', 6],
      ['White paper', 4],
    ],
    head: [
      ...['Phase', 'Duration', 'Most users', 'Requests', 'Mean/s', 'Peak/s', 'Errors'],
      ...['Duration', 'Most users', 'Peak/s', 'Errors'],
    ],
    rows: phases.map((one) => [
      ...[one.phase, time(one.seconds), `${one.mostUsers}`, count(one.requests)],
      ...[decimal(one.meanRequestsPerSecond), decimal(one.peakRequestsPerSecond)],
      one.failed === 0 ? '0' : `${percent(one.errorRate, 4)} (${count(one.failed)})`,
      ...(one.phase === 'ramp' || one.phase === 'soak' ? ofPaper[one.phase] : [NONE, NONE, NONE, NONE]),
    ]),
  });
}

const OF = {
  soak: 'the soak',
  load: 'the whole run, which had no gate and therefore no soak',
  level: 'the last level that held, for the run has no soak',
} as const;

function latencyTable(report: LoadReport): Html {
  const { latency, paper, gaps } = report;
  if (latency === null) {
    return html`<p>No window of steady load was seen in this run, so that there is nothing to say of latencies. A run that comes to its soak, or one with <code>--no-gate</code>, has them.</p>`;
  }
  const { engine, client, users, what } = latency;
  const row = (name: string, own: number, clients: readonly string[], value: number, below = ''): Cell[] => [
    ...[name, seconds(own), ...clients],
    ...[`${below}${seconds(value)}`, below === '' ? difference(own / value - 1) : NONE],
  ];
  const unseen = ['not visible', NONE, NONE] as const;
  const of = ({ mean, p50, p99 }: typeof client.firstToken) => [seconds(mean), seconds(p50), seconds(p99)];
  return html`${table({
    caption: captioned(
      report,
      'Table 2. Latency',
      `Of ${OF[what]}: ${users} users, ${time(latency.seconds)}.`,
    ),
    groups: [
      ['', 1],
      ['Engines’ clock', 1],
      ['Clients’ clock', 3],
      ['White paper', 2],
    ],
    head: ['', 'Mean', 'Mean', 'p50', 'p99', 'Mean', 'Engines differ'],
    rows: [
      row('Time to first token (TTFT)', engine.firstToken, of(client.firstToken), paper.latency.firstToken),
      row(
        'Time per output token (TPOT)',
        engine.timePerToken,
        of(client.timePerToken),
        paper.latency.timePerToken,
      ),
      row(
        'Inter-token latency (ITL)',
        engine.interToken,
        [seconds(client.interToken), seconds(gaps.p50), seconds(gaps.p99)],
        paper.latency.interToken,
      ),
      row('Queue time', engine.queueTime, unseen, paper.latency.queueTime, 'below '),
      row('Prefill time', engine.prefillTime, unseen, paper.latency.prefillTime),
    ],
  })}
<p class="soft">Engines: sums and counts of their own histograms, polled at the engine, from the arrival of a request there. Clients: from when a request could be sent to the chunk that brought a token, through the gateway; never the chunk with the role. TPOT divides by the tokens of <code>usage</code>; ITL counts chunks, and its p50 and p99 are of the whole run. ${latency.blindWindows > 0 ? `${latency.blindWindows} of ${latency.windows} windows had no telemetry and do not count. ` : ''}In these windows the engines scheduled ${count(latency.scheduled)} requests and preempted ${count(latency.preemptions)}; the KV cache was in use to ${percent(latency.cacheUsage.mean)} on average, and ${percent(latency.prefixHits)} of the prompts’ tokens were found in it.</p>
${lateness(report)}`;
}

/** Share of the first token's mean from which the generator's own lag is worth a word. */
const NOTABLE = 0.1;

/** What clients saw counts from when a request could be sent, so that a late generator is in it. */
function lateness({ clocks, latency, run }: LoadReport): Html | undefined {
  const late = clocks.lag.p99 * run.timeScale;
  if (!(late > NOTABLE * (latency?.client.firstToken.mean ?? Number.NaN))) return undefined;
  return html`<p class="notice">The generator itself was late: 1 % of its requests by more than ${seconds(late)} of the plan’s clock. That is in the clients’ numbers, and their upper percentiles say as much of the generator as of the platform. Another run with more workers, a machine that is less busy, or a smaller <code>--time-scale</code> has less of it.</p>\n`;
}

function gatewayTable(report: LoadReport): Html {
  const { latency, paper } = report;
  const engine = latency?.engine.requestTime ?? Number.NaN;
  const clients = latency?.client.requestTime.mean ?? Number.NaN;
  const apart = clients - engine;
  const measured = Number.isFinite(engine)
    ? 'engines’ own histogram of whole requests'
    : 'not measured in this run';
  return html`${table({
    caption: captioned(report, 'Table 3. Upstream and downstream', 'Means; what a run can know of them.'),
    head: ['', 'This run', 'Clock', 'White paper'],
    rows: [
      ['Upstream', seconds(engine), measured, seconds(paper.gateway.upstream)],
      [
        'Downstream',
        seconds(clients),
        'clients, from when a request could be sent to its last byte',
        seconds(paper.gateway.downstream),
      ],
      [
        'Between the two',
        seconds(apart),
        'two clocks: no overhead of the gateway',
        `${seconds(paper.gateway.overhead)} (0.01 %)`,
      ],
      [
        'Overhead of the gateway',
        'not measured in this run',
        'needs the same plan with and without the gateway, in pairs',
        seconds(paper.gateway.overhead),
      ],
    ],
    ...{ numbers: [1, 3], texts: [2] },
  })}
<p class="soft">The paper’s 2 ms are the difference of two means of 14 s. One run cannot show it: Envoy’s histograms have buckets of a tenth of the value, and clients and engines do not see the same requests. What lies between the two here is everything outside of the engine: gateway, network, HTTP, and the time until a busy engine takes a request up. The gateway’s own part needs pairs of requests, one through it and one past it, or its own clock: the platform’s Prometheus records <code>gw:overhead_seconds:mean1m</code>.</p>
`;
}
