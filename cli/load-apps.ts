import { type Mistake, PlatformError } from '../base/mistake';
import { listed } from '../base/text';
import type { Platform, Workload } from '../config';
import type { CorpusManifest, Turn } from '../validation/corpus/turn';
import { PROFILES } from '../validation/dataset/session';
import { stepsAtOnce } from '../validation/replay/at-once';
import type { Plan } from '../validation/replay/plan';

const isServed = ({ models }: Platform, { routes }: Workload): boolean =>
  routes.some(({ target }) =>
    target.arms.some(({ model }) => models.some(({ name, kind }) => name === model && kind === 'vllm')),
  );

/**
 * Which workload asks for a profile: what was said; else the workload of the corpus, if the document has it and a model
 * server answers it; else one of those that a model server answers, the least limited first, so that a load measures
 * engines and not limits.
 *
 * @throws PlatformError for a workload that the document does not have, and where a model server answers none.
 */
export function loadApps(
  platform: Platform,
  said: ReadonlyMap<string, string>,
  corpus: Pick<CorpusManifest, 'profiles'> | undefined,
): ReadonlyMap<string, string> {
  const { workloads } = platform;
  const served = workloads.filter((workload) => isServed(platform, workload));
  const names = workloads.map(({ name }) => name);
  const unknown = [...said].filter(([, app]) => !names.includes(app));
  const mistakes = unknown.map(([profile, value]): Mistake => {
    return {
      ...{ path: `--app ${profile}`, value, problem: 'is no workload of the stack' },
      fix: `use ${listed(names, 'or')}`,
    };
  });
  const [least] = [...served].sort((a, b) => limitsOf(a) - limitsOf(b));
  if (mistakes.length === 0 && least === undefined) {
    const problem = 'no model server answers a workload of the stack, so no engine would be measured';
    mistakes.push({
      path: 'workloads',
      problem,
      fix: 'give a workload a model with vllm, or name others by --app',
    });
  }
  if (mistakes.length > 0) throw new PlatformError(mistakes, 'this load cannot be planned');
  const profiles = corpus?.profiles ?? PROFILES.map((profile) => ({ profile, app: '' }));
  return new Map(
    profiles.map(({ profile, app }) => {
      const own = served.find(({ name }) => name === app)?.name;
      return [profile, said.get(profile) ?? own ?? least?.name ?? ''];
    }),
  );
}

/** Limits by requests come soonest. */
const limitsOf = ({ limits }: Workload): number =>
  (limits.requestsPerMinute !== undefined ? 2 : 0) + (limits.tokensPerMinute !== undefined ? 1 : 0);

/** Characters that a token of a prompt has at least, as far as a plan can know without counting: JSON included. */
const BYTES_A_TOKEN = 3;

/**
 * Refuses a plan that limits of workloads would refuse a part of: the load would measure them instead of the platform.
 *
 * @param timeScale Minutes of the gateway are real ones.
 * @throws PlatformError with each limit that is passed.
 */
export function refuseOverLimits(platform: Platform, { plan, turns }: PlannedTurns, timeScale: number): void {
  const over = overLimits(platform, plan, turns, timeScale);
  if (over.length > 0) throw new PlatformError(over, 'this load would measure limits, and not the platform');
}

/** A plan, and the turns of its corpus. */
interface PlannedTurns {
  readonly plan: Plan;
  readonly turns: readonly Turn[];
}

function overLimits(
  { workloads }: Platform,
  plan: Plan,
  turns: readonly Turn[],
  timeScale: number,
): Mistake[] {
  return [...demandOf(plan, turns)].flatMap(([app, { requests, tokens }]) => {
    const workload = workloads.find(({ name }) => name === app);
    const { limits } = workload ?? {};
    if (limits === undefined || limits.shadow) return [];
    const minutes = plan.header.seconds / timeScale / 60;
    const fix = 'take the limit away, let another workload ask (--app), or plan less (--users, --seconds)';
    const { requestsPerMinute, tokensPerHour } = limits;
    const mistakes: Mistake[] = [];
    if (requestsPerMinute !== undefined && requests / minutes > requestsPerMinute) {
      const problem = `${app} may ask ${requestsPerMinute} times a minute, and the plan asks up to ${Math.ceil(requests / minutes)} times`;
      mistakes.push({ path: `workloads.${app}.limits.requestsPerMinute`, problem, fix });
    }
    if (tokensPerHour !== undefined && tokens / Math.max(1, minutes / 60) > tokensPerHour) {
      const problem = `${app} may use ${tokensPerHour} tokens an hour, and the plan uses up to ${tokens}`;
      mistakes.push({ path: `workloads.${app}.limits.tokensPerHour`, problem, fix });
    }
    return mistakes;
  });
}

interface Demand {
  readonly requests: number;
  readonly tokens: number;
}

/** What the workloads ask of a plan at most: a user who gets every answer at once asks most. */
function demandOf(plan: Plan, turns: readonly Turn[]): Map<string, Demand> {
  const { header, columns } = plan;
  const demand = new Map<string, Demand>();
  for (const [actor, profile] of columns.profile.entries()) {
    const app = header.profiles[profile]?.app ?? '';
    for (const { step, at } of stepsAtOnce(plan, actor)) {
      if (at > header.seconds) break;
      const { requests, tokens } = demand.get(app) ?? { requests: 0, tokens: 0 };
      const answer = turns[columns.turn[step] ?? 0]?.maxTokens ?? 0;
      const prompt = Math.ceil((columns.length[step] ?? 0) / BYTES_A_TOKEN);
      demand.set(app, { requests: requests + 1, tokens: tokens + prompt + answer });
    }
  }
  return demand;
}
