import { questionText } from '../body';
import { type Case, NotApplicable } from '../case';
import { MALICIOUS_TOKEN } from '../credentials';
import type { Subject } from '../subjects';

/** The paper's test case 2, its second half. */
export const bypass: Case = {
  id: 'TC2b',
  title: 'No way round the gateway',
  objective: 'A client that calls the provider directly is rejected, because it has no key.',
  method: `Direct requests to the provider, bypassing the gateway: without a key, and with Bearer ${MALICIOUS_TOKEN}.`,
  expected: '400 for both, as Gemini answers if the key is missing or wrong; other providers answer 401.',
  async run(probe) {
    const called = probe.suite.subjects.filter(({ provider }) => provider);
    if (called.length === 0) throw new NotApplicable('no workload of the platform calls a provider');
    const byModel = new Map(called.map((subject) => [subject.asks, subject]));
    for (const subject of byModel.values()) {
      const { asks, upstream, path, model } = subject;
      const ask = { url: upstream.url + path, body: questionText({ model }) };
      const without = await probe.askDirectly(upstream.name, { ...ask, note: 'without a key' });
      const rogue = await probe.askDirectly(upstream.name, {
        ...ask,
        headers: { authorization: `Bearer ${MALICIOUS_TOKEN}` },
        note: `with Bearer ${MALICIOUS_TOKEN}`,
      });
      const expected = refusals(subject);
      for (const [how, { answer }] of [
        ['without a key', without] as const,
        ['with a wrong key', rogue] as const,
      ]) {
        const refused = expected.includes(answer.status);
        probe.that(`${asks}: ${how}`, expected.join(' or '), `${answer.status}`, refused);
      }
    }
  },
};

function refusals({ provider }: Subject): number[] {
  return provider?.provider === 'gemini' ? [400] : [400, 401];
}
