import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePlatform } from '../../config';
import { checkManifests, DEFAULT_PARAMETERS, type Manifest } from '../../policies';
import { fromDocument } from '../../policies/pack/document';
import { parametersIn, policyParameters } from '../../policies/parameters';
import { sampleBundle } from '../../policies/rules/baseline';
import { papersDocument } from '../config/papers-document';
import { places } from './support';

const PARAMETERS = { allowedRegistries: ['docker.io', 'ghcr.io/vllm'], development: true };

const alone = sampleBundle({
  change: {
    'envoyproxy/ai/chat': { spec: { provider: { kubernetes: { envoyDeployment: { replicas: 1 } } } } },
  },
});

test('what is written in the ConfigMap is what is read of it', () => {
  assert.deepEqual(parametersIn([policyParameters('ai', PARAMETERS)]), PARAMETERS);
  assert.deepEqual(parametersIn([policyParameters('ai')]), DEFAULT_PARAMETERS);
  assert.deepEqual(parametersIn([]), {});
});

test('of two ConfigMaps that differ neither is believed', () => {
  const other = policyParameters('other', PARAMETERS);
  assert.deepEqual(parametersIn([policyParameters('ai', PARAMETERS), other]), PARAMETERS);
  assert.deepEqual(parametersIn([policyParameters('ai'), other]), {});
});

test('a rule for production says nothing where things are tried out', () => {
  const found = ['R40 envoyproxy/ai/chat /spec/provider/kubernetes/envoyDeployment/replicas'];
  assert.deepEqual(places(checkManifests(alone)), found);
  assert.deepEqual(checkManifests(alone, { parameters: { development: true } }), []);
});

test('what somebody says beats the ConfigMap among the objects', () => {
  const parameters = { allowedRegistries: ['registry.internal:5000'] };
  const found = checkManifests(sampleBundle({ change: {} }), { parameters });
  assert.deepEqual(places(found), ['X07 deployment/ai/oss /spec/template/spec/containers/0/image']);
});

test('any image is allowed where nobody says which', () => {
  const without = sampleBundle({ change: {} }).filter(({ kind }: Manifest) => kind !== 'ConfigMap');
  assert.deepEqual(checkManifests(without), []);
});

test('the pack takes them from the document of the stack, with the defaults of the document', () => {
  for (const parameters of [{ allowedRegistries: ['docker.io'] }, { development: false }]) {
    const document = { ...papersDocument(), cluster: { local: {} }, policies: { parameters } };
    const configuration = JSON.stringify({ 'vcf-ai-platform:platform': JSON.stringify(document) });
    assert.deepEqual(fromDocument(configuration), {
      parameters: parsePlatform(document).policies.parameters,
    });
  }
  assert.deepEqual(fromDocument('{"other:platform":"{}"}'), {});
  assert.deepEqual(fromDocument(''), {});
});
