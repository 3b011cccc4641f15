import { Agent } from 'node:http';
import { questionText } from '../body';
import { type Case, NotApplicable } from '../case';
import { MALICIOUS_TOKEN, ROGUE_HEADERS, ROGUE_QUERY } from '../credentials';
import type { Exchange } from '../exchange';
import { nearNames, SERIES, samplesOf, total } from '../metrics';
import type { Probe } from '../probe';
import { pairs, readGateway } from '../readings';
import type { Subject } from '../subjects';

/** How many requests go beyond the bucket. */
const EXCESS = 4;

const MINUTE_MS = 60_000;

/** An empty bucket is full again after a minute; the second is for the clocks of two processes. */
const REFILL_MS = MINUTE_MS + 1000;

/** The paper's test case 1. */
export const rateLimit: Case = {
  id: 'TC1',
  title: 'Local rate limit',
  objective: 'The gateway rejects requests above the limit, and its counter reports them exactly.',
  method:
    `For each workload with a small limit: as many requests as its limit and ${EXCESS} more, one after another over ` +
    'one connection. They also carry the credentials of a compromised client, for TC2c.',
  expected: `200 up to the limit, then 429; Envoy counts each 429; the model receives the requests answered 200 and no others.`,
  async run(probe) {
    const limited = probe.suite.subjects.filter(({ bucket }) => bucket !== undefined);
    if (limited.length === 0) {
      throw new NotApplicable('no workload of the platform has a limit that is small enough to exhaust');
    }
    if (!probe.suite.target.envoyStats?.length) {
      throw new NotApplicable("the target has no address of Envoy's statistics");
    }
    for (const subject of limited) await exhaust(probe, subject, subject.bucket ?? 0);
  },
};

async function exhaust(probe: Probe, subject: Subject, bucket: number): Promise<void> {
  const { suite } = probe;
  const envoys = suite.target.envoyStats?.length ?? 1;
  const first = await attempt(probe, subject, bucket);
  let last = first;
  if (passed(first.exchanges) < bucket) {
    const why = `for a minute, because earlier requests had exhausted the limit of ${subject.name}`;
    probe.note(`waited ${why}; the requests before the wait are ignored`);
    await suite.wait(REFILL_MS, why);
    last = await attempt(probe, subject, bucket);
  }
  suite.bursts.set(subject.name, {
    exchanges: last === first ? first.exchanges : [...first.exchanges, ...last.exchanges],
    // A later connection may come to another Envoy, whose bucket nobody has touched.
    left: (now) => bucket * envoys + refill(bucket * envoys, now - last.began) - passed(last.exchanges),
  });
  judge(probe, subject, bucket, last);
}

/** Envoy fills a bucket without a pause, not once a minute: what comes back in a time, in whole requests. */
function refill(bucket: number, elapsedMs: number): number {
  return Math.floor((elapsedMs * bucket) / MINUTE_MS);
}

interface Attempt {
  readonly exchanges: readonly Exchange[];
  /** On the clock of `performance.now()`. */
  readonly began: number;
  /** Requests that the bucket got back meanwhile. */
  readonly refilled: number;
  readonly before: Awaited<ReturnType<typeof readGateway>>;
  readonly after: Awaited<ReturnType<typeof readGateway>>;
}

async function attempt(probe: Probe, subject: Subject, bucket: number): Promise<Attempt> {
  const { suite } = probe;
  const before = await readGateway(suite.client, suite.target);
  // Every Envoy has a bucket of its own, and one connection stays with one Envoy.
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const began = performance.now();
  const refilled = () => refill(bucket, performance.now() - began);
  const exchanges: Exchange[] = [];
  while (exchanges.length < bucket + EXCESS + refilled()) {
    exchanges.push(
      await probe.ask({
        as: subject.name,
        path: `/v1/chat/completions${ROGUE_QUERY}`,
        headers: ROGUE_HEADERS,
        body: questionText({ model: subject.asks }),
        note: `with ${MALICIOUS_TOKEN}`,
        agent,
      }),
    );
  }
  agent.destroy();
  return {
    exchanges,
    began,
    refilled: refilled(),
    before,
    after: await readGateway(suite.client, suite.target),
  };
}

function judge(probe: Probe, { name, upstream }: Subject, bucket: number, made: Attempt): void {
  const { exchanges, refilled, before, after } = made;
  const statuses = exchanges.map(({ answer }) => answer.status);
  const allowed = statuses.map((_, index) => (index < bucket ? 200 : 429));
  if (refilled === 0) {
    probe.same(`${name}: answers`, allowed.join(' '), statuses.join(' '));
  } else {
    const good = statuses.slice(0, bucket).every((status) => status === 200);
    const most = bucket + refilled;
    probe.that(
      `${name}: answers`,
      `${bucket} to ${most} of ${statuses.length} are 200, those first, and the others 429`,
      statuses.join(' '),
      good && passed(exchanges) <= most && statuses.every((status) => status === 200 || status === 429),
    );
  }
  const refused = statuses.filter((status) => status === 429).length;
  const seen = exchanges.flatMap((exchange) => exchange.seen);
  const elsewhere = seen.filter((sighting) => sighting.upstream !== upstream.name).length;
  probe.same(`${name}: requests that ${upstream.name} saw`, passed(exchanges), seen.length - elsewhere);
  probe.same(`${name}: requests that another upstream saw`, 0, elsewhere);
  judgeCounter(probe, name, refused, pairs(SERIES.limited, before.envoy, after.envoy), after.envoy ?? []);
}

function judgeCounter(
  probe: Probe,
  name: string,
  refused: number,
  counted: ReturnType<typeof pairs>,
  page: NonNullable<Attempt['after']['envoy']>,
): void {
  probe.count(counted);
  const what = `${name}: rise of Envoy's counter of limited requests`;
  if (samplesOf(SERIES.limited, page).length === 0) {
    const near = nearNames(SERIES.limited, page).join(', ') || 'none';
    probe.that(
      what,
      `${refused}`,
      `there is no series ${SERIES.limited.name}; similar names: ${near}`,
      false,
    );
    return;
  }
  probe.same(what, refused, total(counted.after) - total(counted.before));
}

function passed(exchanges: readonly Exchange[]): number {
  return exchanges.filter(({ answer }) => answer.status === 200).length;
}
