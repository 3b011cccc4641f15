import { questionText } from '../body';
import type { Case } from '../case';
import { MALICIOUS_TOKEN, ROGUE_HEADERS, ROGUE_QUERY, tracesOf } from '../credentials';
import type { Exchange } from '../exchange';
import type { Probe } from '../probe';
import type { Subject } from '../subjects';

/** What the paper says of one route, on every route. */
export const stripping: Case = {
  id: 'TC2c',
  title: 'No credential of a client goes further',
  objective: 'No credential of a client reaches a model server or a provider, on any route.',
  method:
    `As each workload: ${MALICIOUS_TOKEN} in ${Object.keys(ROGUE_HEADERS).join(', ')} and in the query (?key=). ` +
    'Workloads with a small limit sent it with their requests of TC1.',
  expected:
    "200; no upstream has recorded the token, neither as a fingerprint nor in clear text, and a provider's key is recorded only at that provider.",
  async run(probe) {
    for (const subject of probe.suite.subjects) {
      const burst = probe.suite.bursts
        .get(subject.name)
        ?.exchanges.filter(({ answer }) => answer.status === 200);
      judge(probe, subject, burst?.length ? burst : [await ask(probe, subject)]);
    }
  },
};

function ask(probe: Probe, { name, asks }: Subject): Promise<Exchange> {
  return probe.ask({
    as: name,
    path: `/v1/chat/completions${ROGUE_QUERY}`,
    headers: ROGUE_HEADERS,
    body: questionText({ model: asks }),
    note: `with ${MALICIOUS_TOKEN} everywhere`,
  });
}

function judge(probe: Probe, { name, upstream }: Subject, exchanges: readonly Exchange[]): void {
  const { suite } = probe;
  const statuses = [...new Set(exchanges.map(({ answer }) => answer.status))];
  probe.same(`${name}: answers`, 200, statuses.join(' '));
  const seen = exchanges.flatMap((exchange) => exchange.seen);
  probe.same(
    `${name}: upstreams that answered`,
    upstream.name,
    [...new Set(seen.map((one) => one.upstream))].join(', '),
  );
  const traces = seen.flatMap((record) =>
    tracesOf(MALICIOUS_TOKEN, record, [ROGUE_HEADERS.cookie]).map((place) => `${record.upstream}: ${place}`),
  );
  probe.same(`${name}: places where the token arrived`, 'none', [...new Set(traces)].join(', ') || 'none');
  const strangers = suite.subjects.filter((other) => other.upstream.name !== upstream.name);
  const keys = new Map(strangers.map(({ asks }) => [asks, suite.keys[asks]] as const));
  const leaked = [...keys].flatMap(([model, key]) =>
    key && seen.some((record) => tracesOf(key, record).length > 0) ? [`the key of ${model}`] : [],
  );
  probe.same(`${name}: keys of others that arrived`, 'none', leaked.join(', ') || 'none');
}
