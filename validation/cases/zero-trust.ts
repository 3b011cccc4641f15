import { questionText } from '../body';
import { type Case, NotApplicable } from '../case';
import { MALICIOUS_TOKEN, sha256 } from '../credentials';
import type { Exchange } from '../exchange';
import { type Probe, whoSaw } from '../probe';
import type { Subject } from '../subjects';

/** The paper's test case 2. */
export const zeroTrust: Case = {
  id: 'TC2',
  title: 'Credential injection',
  objective: 'Only the gateway holds the key of a provider: it replaces any credential of the client.',
  method: `A request with Authorization: Bearer ${MALICIOUS_TOKEN} as each workload whose model is a provider's.`,
  expected: '200, and the provider receives one credential: its real key, identified by the fingerprint.',
  async run(probe) {
    const { subjects, keys } = probe.suite;
    const called = subjects.filter(({ provider }) => provider);
    if (called.length === 0) throw new NotApplicable('no workload of the platform calls a provider');
    const lacking = called.filter(({ asks }) => !keys[asks]).map(({ asks }) => asks);
    if (lacking.length > 0) {
      throw new NotApplicable(
        `the real key of ${lacking.join(', ')} was not given, so no comparison is possible`,
      );
    }
    for (const subject of called) await present(probe, subject, keys[subject.asks] ?? '');
  },
};

async function present(probe: Probe, subject: Subject, key: string): Promise<void> {
  // A workload whose limit is used up by now sent the same header with each of its requests.
  const burst = probe.suite.bursts.get(subject.name);
  const exchange =
    burst?.exchanges.find(({ answer }) => answer.status === 200) ??
    (await probe.ask({
      as: subject.name,
      headers: { authorization: `Bearer ${MALICIOUS_TOKEN}` },
      body: questionText({ model: subject.asks }),
      note: `with Bearer ${MALICIOUS_TOKEN}`,
    }));
  const { name, upstream } = subject;
  probe.same(`${name}: answer`, 200, exchange.answer.status);
  probe.same(`${name}: seen by`, whoMust(subject), whoSaw(exchange));
  probe.same(
    `${name}: credential that ${upstream.name} received`,
    `Bearer sha256:${sha256(key)}`,
    received(exchange),
  );
  const told = exchange.answer.text.includes(key) || JSON.stringify(exchange.answer.headers).includes(key);
  probe.same(`${name}: the real key in the answer`, 'absent', told ? 'present' : 'absent');
}

function received({ seen }: Exchange): string {
  const values = seen.flatMap(({ headers }) => headers.authorization ?? []);
  const shown = values.map((value) =>
    typeof value === 'string'
      ? 'a credential in clear'
      : `${value.scheme ?? '(no scheme)'} sha256:${value.sha256}`,
  );
  return shown.join(' and ') || 'none';
}

/** Who has to see a request of the subject, in the words of {@link whoSaw}. */
export function whoMust({ upstream, model, path }: Subject): string {
  return `${upstream.name} as ${model} at ${path}`;
}
