import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Duration } from '../../config';
import { Namespace, TOKEN_METADATA, WorkloadRoute } from '../../constructs';
import {
  assertGolden,
  backendIn,
  chart,
  field,
  gatewayIn,
  manifests,
  mistakesOf,
  only,
  planIn,
  routeIn,
} from './support';

test('a route sends one identity to one model', () => {
  const scope = chart();
  routeIn(scope);
  assertGolden('route', [only(manifests(scope), 'AIGatewayRoute')]);
});

test('both time-outs of a route are the longest answer', () => {
  const scope = chart();
  routeIn(scope, { requestTimeout: Duration.minutes(20) });
  assert.deepEqual(field(only(manifests(scope), 'AIGatewayRoute'), 'spec.rules.0.timeouts'), {
    request: '1200s',
    backendRequest: '1200s',
  });
});

test('a route counts input, cached, output and total tokens', () => {
  const scope = chart();
  routeIn(scope);
  const costs = field(only(manifests(scope), 'AIGatewayRoute'), 'spec.llmRequestCosts') as {
    metadataKey: string;
  }[];
  assert.deepEqual(
    costs.map(({ metadataKey }) => metadataKey),
    Object.values(TOKEN_METADATA),
  );
});

test('a request is rewritten to the name that the model has at its backend', () => {
  const scope = chart();
  const gateway = gatewayIn(scope);
  const backend = backendIn(scope, gateway.namespace, { model: 'gemini-2.5-flash' });
  new WorkloadRoute(scope, 'batch', { gateway, plan: planIn(), backends: new Map([['gpt-oss', backend]]) });
  assert.deepEqual(field(only(manifests(scope), 'AIGatewayRoute'), 'spec.rules.0.backendRefs'), [
    { name: 'gpt-oss', modelNameOverride: 'gemini-2.5-flash' },
  ]);
});

test('refuses a backend of another namespace', () => {
  const scope = chart();
  const gateway = gatewayIn(scope);
  const backends = new Map([['gpt-oss', backendIn(scope, new Namespace(scope, 'elsewhere'))]]);
  const [mistake] = mistakesOf(
    () => new WorkloadRoute(scope, 'batch', { gateway, plan: planIn(), backends }),
  );
  assert.equal(mistake?.path, 'test/batch/backends');
  assert.match(mistake?.problem ?? '', /namespace elsewhere and the gateway in ai-gateway/);
});
