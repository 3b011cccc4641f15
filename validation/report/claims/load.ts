import { lawText } from '../../arrivals/law-text';
import { PAPER_GATE } from '../../gate/settings';
import { count } from '../format';
import type { Measured } from '../measured';
import { type Claim, differs, type Judged, notTestable, reproduced } from './claim';

const ARRIVALS = 'tests/validation/arrivals/arrival-times.test.ts [arrival-laws]';

/** Whether profiles had the law that the paper gives them. */
function lawOf(profiles: readonly string[], kind: string, more: (cv?: number) => boolean = () => true) {
  return ({ run }: Measured): Judged => {
    const found = run.plan.profiles.filter(({ profile }) => profiles.includes(profile));
    const said = found
      .map(({ profile, law, scope }) => `${profile}: ${lawText(law)} of each ${scope}`)
      .join('; ');
    if (found.length === 0) {
      return notTestable(`this run had no profile ${profiles.join(' or ')}; needed: a corpus that has it`);
    }
    const holds = found.every(
      ({ law }) => law.kind === kind && more(law.kind === 'gamma' ? law.cv : undefined),
    );
    return holds ? reproduced(said) : differs(said);
  };
}

/** Users of which a load is “hundreds”. */
const HUNDREDS = 200;

/** Claims about who asks when. */
export const LOAD_CLAIMS: readonly Claim[] = [
  {
    number: 146,
    claim: 'Think times of constant length, which come as pulses, are not used.',
    where: ['vcf-ai load plan', 'docs/arrivals.md'],
    judged: ({ run }) =>
      reproduced(
        `no law has constant gaps; this run: ${run.plan.profiles.map(({ law }) => lawText(law)).join(', ')}`,
      ),
  },
  {
    number: 147,
    claim: 'Profile A comes in bursts of an MMPP with two states, busy and silent.',
    where: ['tests/validation/arrivals/arrival-times.test.ts [mmpp-dispersion]', ARRIVALS],
    judged: lawOf(['A'], 'mmpp'),
  },
  {
    number: 148,
    claim:
      'An MMPP models chains of tool calls, where each call follows from the time that the one before it took.',
    where: ['docs/arrivals.md', 'validation/replay/actor.ts'],
    judged: differs(
      'the rate of an MMPP depends on its phase and on nothing that the server does; that a call follows from the answer before it is in the order of a session’s turns',
    ),
  },
  {
    number: 149,
    claim: 'Profile B has Gamma gaps with a CV of 1.5.',
    where: [ARRIVALS],
    judged: lawOf(['B'], 'gamma', (cv = 1.5) => cv === 1.5),
  },
  {
    number: 150,
    claim: 'Profile B adds large texts at irregular times, so that contexts grow fast.',
    where: ['validation/dataset/formats/atif.ts', ARRIVALS],
    judged: ({ run }) => {
      const isThere = run.plan.profiles.some(({ profile }) => profile === 'B');
      return isThere && !run.synthetic
        ? reproduced('the texts are those of the recorded terminals, and the times those of the law')
        : notTestable(
            `${isThere ? 'the texts of this run are made up' : 'this run had no profile B'}; needed: a corpus with sessions of Terminal-Bench`,
          );
    },
  },
  {
    number: 151,
    claim: 'Profiles C and D have exponential gaps: people who know nothing of each other.',
    where: [ARRIVALS],
    judged: lawOf(['C', 'D'], 'exponential'),
  },
  {
    number: 152,
    claim: 'Requests in production typically have a CV above 1.',
    where: ['docs/arrivals.md', 'vcf-ai arrivals describe'],
    judged: reproduced(
      'in the published windows of ServeGen 57 to 90 % of the clients’ windows do, by model; “typically” is right for clients, and less so for single models',
    ),
  },
  {
    number: 153,
    claim: 'BurstGPT has 10.31 million traces.',
    where: ['docs/arrivals.md'],
    judged: differs('its files have 10.63 million lines with failed requests and 10.14 million without'),
  },
  {
    number: 154,
    claim: 'Before each turn a user waits exactly as long as was recorded.',
    where: ['tests/validation/replay/plan.test.ts', 'vcf-ai dataset check'],
    judged: ({ traffic: { pauses } }) => {
      const all = pauses.recorded + pauses.upperBound + pauses.modelled;
      const share = ((pauses.recorded / all) * 100).toFixed(1);
      if (pauses.recorded === all && pauses.cut === 0)
        return reproduced('all pauses of the plan are recorded ones');
      return differs(
        `${share} % of the pauses of this plan are recorded, ${count(pauses.upperBound)} are upper bounds, and ${count(pauses.modelled)} are drawn from a law: most of the public records have no clock`,
      );
    },
  },
  {
    number: 155,
    claim: 'A turn never begins before the one before it has ended.',
    where: ['tests/validation/replay/replayer.test.ts', 'requests.f64'],
    judged: ({ clocks, traffic }) => {
      if (traffic.requests === 0)
        return notTestable('nothing was sent in this run; needed: a run that sends');
      return clocks.overlapping === 0
        ? reproduced(`none of ${count(traffic.requests)} requests overlaps with another of its user`)
        : differs(`${clocks.overlapping} requests were sent while the one before them ran`);
    },
  },
  {
    number: 156,
    claim: 'Workers of Locust replay the bytes and set x-workload-app.',
    where: ['validation/replay/worker.ts', 'tests/validation/replay/replayer.test.ts'],
    judged: differs(
      'threads of our own do, over raw connections, because a gate has to change users and see first tokens; the header is that of the plan',
    ),
  },
  {
    number: 157,
    claim: 'Hundreds of users are there at once.',
    where: ['vcf-ai load run --users', 'npm run verify:load -- --part soak'],
    judged: ({ phases }) => {
      const most = Math.max(0, ...phases.map(({ mostUsers }) => mostUsers));
      return most >= HUNDREDS
        ? reproduced(`${most} users in this run`)
        : notTestable(`${most} users in this run; needed: --users ${HUNDREDS} or more`);
    },
  },
  {
    number: 158,
    claim: 'The three laws run together as one mix.',
    where: ['tests/validation/replay/plan.test.ts', 'vcf-ai load plan'],
    judged: ({ run }) => {
      const kinds = [...new Set(run.plan.profiles.map(({ law }) => law.kind))].sort();
      return kinds.length === 3
        ? reproduced(`${kinds.join(', ')} in one plan`)
        : notTestable(`this run had ${kinds.join(' and ')}; needed: profiles A, B and C or D in one corpus`);
    },
  },
  {
    number: 159,
    claim: 'The generator has room to spare: it could saturate network and gateway.',
    where: ['requests.f64', 'vcf-ai load run --workers'],
    judged: ({ clocks, run }) => {
      if (clocks.lag.count === 0)
        return notTestable('nothing was sent in this run; needed: a run that sends');
      const lag = `p99 of the lag ${(clocks.lag.p99 * 1000).toFixed(1)} ms, most ${(clocks.lag.max * 1000).toFixed(1)} ms`;
      if (run.end === 'generator-saturated' || clocks.lag.p99 > PAPER_GATE.lag)
        return differs(
          `${lag}: it could not keep to the plan, for a p99 of ${PAPER_GATE.lag * 1000} ms is allowed`,
        );
      return reproduced(`it kept to the plan at this load: ${lag}. That it could saturate more is not shown`);
    },
  },
  {
    number: 160,
    claim:
      'The laws are taken from Pythia (SOSP 2025, Microsoft), BurstGPT (Microsoft), and Paxson and Floyd.',
    where: ['docs/arrivals.md'],
    judged: differs(
      'Pythia is arXiv 2604.25899 of April 2026, of other authors; BurstGPT is of HKUST (Guangzhou), about use of Azure OpenAI; Paxson and Floyd found starts of sessions close to Poisson, and what happens within them not',
    ),
  },
];
