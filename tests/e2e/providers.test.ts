import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { STAND_IN_CERTIFICATE } from '../../local/named-services';
import { until } from '../../local/until';
import { Cluster } from './cluster';
import { call, leaks, recordsOf, targetOf, usageIn } from './provider-calls';
import {
  ANSWER_TOKENS,
  lockedCases,
  PROMPT_TOKENS,
  providerCases,
  providerModels,
  providerSecrets,
  providerWorkloads,
} from './provider-cases';
import { begin, shared } from './shared';

describe('every kind of provider, through the real gateway to its stand-in', () => {
  const project = shared;

  before(async () => {
    await begin();
    const models = providerModels(readFileSync(join(project.state, STAND_IN_CERTIFICATE, 'ca.crt'), 'utf8'));
    await project.setSecrets(providerSecrets());
    project.edit((platform) => {
      platform.models = models;
      platform.workloads = providerWorkloads(models);
    });
    await project.apply();
    // The external processor looks at its file every five seconds; until then a new backend answers 500.
    const answers = async () => (await call(lastCase)).status === 200;
    assert.ok(await until(answers, 30, 500), 'the gateway does not answer');
  });

  const lastCase = { model: 'command', api: 'chat' } as const;

  test('every policy and every backend is accepted', async () => {
    const cluster = new Cluster(project.state);
    for (const plural of ['backendsecuritypolicies', 'aiservicebackends', 'aigatewayroutes']) {
      const objects = await cluster.list(
        `/apis/aigateway.envoyproxy.io/v1beta1/namespaces/ai-gateway/${plural}`,
      );
      assert.ok(objects.length > 0, plural);
      for (const { metadata, status } of objects) {
        // Its controller may forget to write it (constructs/backends.ts).
        if (plural === 'aiservicebackends' && status?.conditions === undefined) continue;
        assert.equal(status?.conditions?.[0]?.type, 'Accepted', `${plural}/${metadata.name}`);
      }
    }
  });

  for (const one of providerCases) {
    const { model, api, stream, arrives, credential } = one;
    test(`${model}: ${api}${stream ? ', streamed' : ''} [provider-calls]`, async () => {
      const { standIns } = await project.status();
      const admin = standIns.find(({ name }) => name === one.standIn)?.admin ?? '';
      const before = await recordsOf(admin);
      const answer = await call(one);
      assert.equal(answer.status, 200, answer.text);

      const [record, ...others] = (await recordsOf(admin)).slice(before.length);
      assert.ok(record);
      assert.deepEqual(others, []);
      assert.equal(targetOf(record), arrives);
      assert.deepEqual(leaks(record, credential), []);

      const usage = usageIn(answer.text, api);
      if (usage) assert.deepEqual(usage.prompt, PROMPT_TOKENS);
      if (usage && api !== 'embeddings') assert.deepEqual(usage.answer, ANSWER_TOKENS);
      assert.equal(usage === undefined, api === 'rerank');
      if (stream) assert.ok(answer.events > ANSWER_TOKENS, `${answer.events} events`);
    });
  }

  for (const { model, api, status, says } of lockedCases) {
    test(`${model}: the provider's refusal reaches the client [provider-refusals]`, async () => {
      const answer = await call({ model, api, workload: 'locked' });
      assert.equal(answer.status, status);
      assert.match(answer.text, says);
    });
  }
});
