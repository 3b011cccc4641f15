import { field, parseJson } from '../answer';
import { questionText } from '../body';
import type { Case } from '../case';
import { type Probe, whoSaw } from '../probe';

export const anonymous: Case = {
  id: 'TC4',
  title: 'No identity, no service',
  objective: 'A client without a workload identity reaches no upstream and gets no information.',
  method:
    'A request without the identity header, with an empty one, and with two of them; and the list of models without identity.',
  expected:
    '404, and no upstream receives any of them. The gateway itself answers the list of models: 404, or 200 without models.',
  async run(probe) {
    const [first] = probe.suite.subjects;
    const body = questionText({ model: first?.asks ?? '' });
    await refused(probe, 'no identity', undefined, body);
    await refused(probe, 'an empty identity', '', body);
    await refused(probe, 'two identities', [probe.suite.stranger, first?.name ?? ''], body);
    const list = await probe.ask({ path: '/v1/models' });
    const models = field(parseJson(list.answer.text), 'data');
    const empty = list.answer.status === 404 || (Array.isArray(models) && models.length === 0);
    const shown = Array.isArray(models)
      ? `${list.answer.status} with ${models.length} models`
      : `${list.answer.status}`;
    probe.that('list of models: answer', '404, or 200 with 0 models', shown, empty);
    probe.same('list of models: seen by', 'nobody', whoSaw(list));
  },
};

async function refused(
  probe: Probe,
  what: string,
  as: string | readonly string[] | undefined,
  body: string,
): Promise<void> {
  const exchange = await probe.ask({ as, body });
  probe.same(`${what}: answer`, 404, exchange.answer.status);
  probe.same(`${what}: seen by`, 'nobody', whoSaw(exchange));
}
