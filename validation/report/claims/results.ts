import { decimal, difference, percent, seconds } from '../format';
import type { Measured } from '../measured';
import { type Claim, differs, type Judged, NEEDED, notTestable, reproduced } from './claim';

const RUN = 'vcf-ai load run';

interface Compared {
  readonly paper: number;
  readonly found: number | undefined;
  readonly text: (value: number) => string;
  /** What else this run shows of it. */
  readonly more?: string;
  /** Relative. Default: a tenth. */
  readonly allowed?: number;
}

/** Compares a number of the run with the paper's. */
function compared(of: (run: Measured) => Compared) {
  return (run: Measured): Judged => {
    const { paper, found = Number.NaN, text, more, allowed = 0.1 } = of(run);
    if (!Number.isFinite(found)) return notTestable(`not seen in this run; ${NEEDED}`);
    const apart = paper === 0 ? '' : ` (${difference(found / paper - 1)})`;
    const said = `${text(found)} here, ${text(paper)} in the paper${apart}${more === undefined ? '' : `; ${more}`}`;
    const holds = paper === 0 ? found === 0 : Math.abs(found / paper - 1) <= allowed;
    return holds ? reproduced(said) : differs(said);
  };
}

/** Of Table 2, which is about the soak only. */
const ofSoak = (of: (latency: NonNullable<Measured['latency']>, run: Measured) => Compared) =>
  compared((run) =>
    run.latency?.what === 'soak'
      ? of(run.latency, run)
      : { paper: Number.NaN, found: undefined, text: decimal },
  );

const phaseOf = (run: Measured, name: 'ramp' | 'soak') => run.phases.find(({ phase }) => phase === name);

const usersAndErrors = (phase: Measured['phases'][number] | undefined) =>
  phase === undefined
    ? 'the run has no such phase'
    : `with ${phase.mostUsers} users and ${percent(phase.errorRate, 4)} errors`;

const OVERHEAD = notTestable(
  'one run has two clocks, at the clients and at the engines, and their difference is no overhead of the gateway (Table 3); needed: the same plan through the gateway and past it, in pairs, with a confidence interval, or the gateway’s own clock in the recorded series gw:overhead_seconds:mean1m',
);

/** Preemptions at the level that broke. */
const preemptionsAtBreach = ({ verdict: { bracket }, saturation }: Measured) =>
  saturation.find(({ users }) => users === bracket?.breach)?.preemptions;

/** Claims about what came out. */
export const RESULT_CLAIMS: readonly Claim[] = [
  {
    number: 172,
    ofHardware: true,
    claim: 'T2 is at exactly 224 users.',
    where: [RUN, 'tests/validation/gate/knee.test.ts [load-knee]'],
    judged: (run) => {
      const { bracket } = run.verdict;
      if (bracket === undefined) return notTestable(`no level of this run passed T2; ${NEEDED}`);
      const said = `above ${bracket.stable} and at most at ${bracket.breach} users in this run; without window, baseline and scope of the bursts 224 is no number to compare with`;
      return bracket.stable < 224 && 224 <= bracket.breach ? reproduced(said) : differs(said);
    },
  },
  {
    number: 173,
    ofHardware: true,
    claim: 'At T2 there are no preemptions.',
    where: [RUN, 'events.jsonl'],
    judged: compared((run) => ({
      paper: 0,
      found: preemptionsAtBreach(run),
      text: (value) => `${value} preemptions`,
    })),
  },
  {
    number: 174,
    ofHardware: true,
    claim: 'The ramp has at most 224 users, about 10.0 requests a second at its peak, and no error.',
    where: [RUN, 'report.html, Table 1'],
    judged: compared((run) => ({
      paper: run.paper.ramp.requestsPerSecond,
      found: phaseOf(run, 'ramp')?.peakRequestsPerSecond,
      text: (value) => `${decimal(value)} requests a second at the peak`,
      more: usersAndErrors(phaseOf(run, 'ramp')),
    })),
  },
  {
    number: 175,
    ofHardware: true,
    claim: 'The soak has 190 users, 8.7 requests a second at its peak, and 0.0125 % errors.',
    where: [RUN, 'report.html, Table 1', 'npm run verify:load -- --part soak'],
    judged: compared((run) => ({
      paper: run.paper.soak.requestsPerSecond,
      found: phaseOf(run, 'soak')?.peakRequestsPerSecond,
      text: (value) => `${decimal(value)} requests a second at the peak`,
      more: usersAndErrors(phaseOf(run, 'soak')),
    })),
  },
  {
    number: 176,
    ofHardware: true,
    claim: 'In the soak the first token takes 0.103 s on average.',
    where: [RUN, 'report.html, Table 2', 'npm run verify:load -- --part soak'],
    judged: ofSoak(({ engine }, { paper }) => ({
      paper: paper.latency.firstToken,
      found: engine.firstToken,
      text: seconds,
    })),
  },
  {
    number: 177,
    ofHardware: true,
    claim: 'In the soak each further token takes 0.035 s (TPOT).',
    where: [RUN, 'report.html, Table 2', 'npm run verify:load -- --part soak'],
    judged: ofSoak(({ engine }, { paper }) => ({
      paper: paper.latency.timePerToken,
      found: engine.timePerToken,
      text: seconds,
    })),
  },
  {
    number: 178,
    ofHardware: true,
    claim: 'In the soak the gap between tokens is 0.035 s (ITL).',
    where: [RUN, 'report.html, Table 2'],
    judged: ofSoak(({ engine }, { paper }) => ({
      paper: paper.latency.interToken,
      found: engine.interToken,
      text: seconds,
    })),
  },
  {
    number: 179,
    ofHardware: true,
    claim: 'In the soak requests queue for less than a millisecond.',
    where: [RUN, 'report.html, Table 2'],
    judged: (run) => {
      const found = run.latency?.what === 'soak' ? run.latency.engine.queueTime : Number.NaN;
      if (!Number.isFinite(found)) return notTestable(`not seen in this run; ${NEEDED}`);
      const said = `${seconds(found)} on average here, less than ${seconds(run.paper.latency.queueTime)} in the paper`;
      return found < run.paper.latency.queueTime ? reproduced(said) : differs(said);
    },
  },
  {
    number: 180,
    ofHardware: true,
    claim: 'In the soak prefill takes 0.074 s.',
    where: [RUN, 'report.html, Table 2', 'npm run verify:load -- --part soak'],
    judged: ofSoak(({ engine }, { paper }) => ({
      paper: paper.latency.prefillTime,
      found: engine.prefillTime,
      text: seconds,
    })),
  },
  {
    number: 181,
    ofHardware: true,
    claim: 'In the soak 10.5 % of the KV cache is in use, and that is flat.',
    where: [RUN, 'report.html, Figure 5'],
    judged: ofSoak(({ cacheUsage }, { paper }) => ({
      paper: paper.cacheUsage,
      found: cacheUsage.mean,
      text: (value) => percent(value),
      more: `${percent(cacheUsage.least)} to ${percent(cacheUsage.most)} by window`,
    })),
  },
  {
    number: 182,
    claim: 'NVLink carries 261.87 GB/s throughout.',
    where: [
      'docs/metrics.md',
      'docs/observability.md',
      'tests/local/dcgm-exporter.test.ts [gpus-follow-engine]',
    ],
    judged: notTestable(
      'a run reads no metrics of GPUs; needed: real ones with NVLink, a DCGM exporter with the fields for it, and the recorded series gpu:nvlink_gigabytes_per_second:sum for the time of the run',
    ),
  },
  {
    number: 183,
    claim: 'Before it was corrected, Envoy seemed to add 3.5 to 6.2 s to every request.',
    where: ['docs/runbooks/envoy-throttled.md'],
    judged: notTestable(
      'a run has no second gateway to compare with; needed: Envoy under a CPU quota, with more workers than the quota, and the same plan on both',
    ),
  },
  {
    number: 184,
    claim: 'The cause is more workers than CPUs in the quota: the kernel throttles all of them.',
    where: ['vcf-ai explain R02', 'tests/policies/rules.test.ts', 'docs/runbooks/envoy-throttled.md'],
    judged: notTestable(
      'a run does not change the gateway’s quota; needed: the throttled periods of its cgroup beside its latency, for both numbers of workers. That no platform of ours has more workers than CPUs is a rule',
    ),
  },
  {
    number: 185,
    claim: 'Corrected, the gateway takes 2 ms, however busy it is.',
    where: ['report.html, Table 3', 'docs/metrics.md'],
    judged: OVERHEAD,
  },
  {
    number: 186,
    claim: 'Upstream takes 14.291 s and downstream 14.293 s: 0.01 % more.',
    where: ['report.html, Table 3', 'docs/metrics.md'],
    judged: OVERHEAD,
  },
  {
    number: 187,
    claim: 'The overhead stays the same at saturation.',
    where: ['report.html, Figure 6', 'docs/metrics.md'],
    judged: OVERHEAD,
  },
  {
    number: 188,
    ofHardware: true,
    claim: 'Answers have about 406 tokens on average, as 14.291 s, 0.103 s and 0.035 s a token imply.',
    where: [RUN, 'requests.f64'],
    judged: compared(({ traffic }) => ({
      paper: 1 + (14.291 - 0.103) / 0.035,
      found: traffic.completionTokens.mean,
      text: (value) => `${decimal(value, 0)} tokens`,
    })),
  },
  {
    number: 189,
    claim: 'People get what they were promised beside agents that ask in bursts.',
    where: ['docs/observability.md', 'report.html, Table 2'],
    judged: ({ latency, verdict }) =>
      notTestable(
        `the paper names no objective to hold it against; in this run p99 of the first token is ${seconds(latency?.client.firstToken.p99)}${verdict.soak === undefined ? '' : `, and T2 was passed in ${verdict.soak.breaches} windows of the soak`}. Needed: objectives (slos in the document), and real engines`,
      ),
  },
  {
    number: 190,
    ofHardware: true,
    claim: 'At T2 the 99th percentile of the first token rises sharply, and more than in proportion.',
    where: ['report.html, Figure 4'],
    judged: (run) => {
      const { bracket } = run.verdict;
      const at = (users?: number) => run.saturation.find((level) => level.users === users);
      const [held, broke] = [at(bracket?.stable), at(bracket?.breach)];
      if (held === undefined || broke === undefined) return notTestable(`this run has no bracket; ${NEEDED}`);
      const [users, p99] = [broke.users / held.users, broke.p99 / held.p99];
      const said = `${decimal(users)} times the users have ${decimal(p99)} times the p99, ${seconds(held.p99)} and ${seconds(broke.p99)}`;
      return p99 > 2 * users ? reproduced(said) : differs(said);
    },
  },
  {
    number: 191,
    claim: 'A picker of endpoints gains much over other ways to balance.',
    where: ['tests/local/endpoint-pickers.test.ts'],
    judged: notTestable(
      'the talk gives no numbers; needed: several replicas on real GPUs, and the same plan with and without the picker',
    ),
  },
  {
    number: 192,
    claim: 'The gateway’s project has maintainers of four companies and more than 60 contributors.',
    where: ['docs/claims.md'],
    judged: notTestable(
      'a load shows nothing about it; needed: a look at the project’s list of maintainers at the time',
    ),
  },
  {
    number: 193,
    claim:
      'By Little’s law 190 users, 8.7 requests a second and 14.29 s are 124 requests under way and pauses of 7.5 s.',
    where: ['report.html, Little’s law', 'validation/report/little.ts'],
    judged: ({ little }) => {
      const paper = `8.7 × 14.29 = ${decimal(8.7 * 14.29, 1)} and 190 / 8.7 − 14.29 = ${decimal(190 / 8.7 - 14.29)} s`;
      if (little === null)
        return reproduced(`by arithmetic: ${paper}; this run has no steady part to hold the law against`);
      const said = `${paper}; in this run L differs from X · R by ${difference(little.difference)}`;
      return Math.abs(little.difference) <= 0.02
        ? reproduced(said)
        : differs(
            `${said}, and 2 % are allowed: the load was not steady, or requests began before the windows`,
          );
    },
  },
];
