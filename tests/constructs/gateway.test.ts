import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Cpu, Duration, Memory, RESERVED_HEADERS, WORKLOAD_HEADER } from '../../config';
import { type AiGatewayProps, TOKEN_METADATA } from '../../constructs';
import { assertGolden, chart, field, gatewayIn, manifests, mistakesOf, only } from './support';

function render(changes: Partial<AiGatewayProps> = {}) {
  const scope = chart();
  gatewayIn(scope, changes);
  return manifests(scope);
}

test('a gateway is class, proxy, config, gateway and client policy of one name [gateway-shape]', () => {
  assertGolden('gateway', render());
});

test('workers, CPU request and CPU limit are one number', () => {
  const proxy = only(render({ cpu: Cpu.cores(8), memory: Memory.gibibytes(16) }), 'EnvoyProxy');
  const resources = 'spec.provider.kubernetes.envoyDeployment.container.resources';
  assert.equal(field(proxy, 'spec.concurrency'), 8);
  assert.deepEqual(field(proxy, `${resources}.limits`), { cpu: '8', memory: '16Gi' });
  assert.deepEqual(field(proxy, `${resources}.requests`), { cpu: '8', memory: '16Gi' });
});

test('clients cannot set a header that the gateway or Envoy acts upon', () => {
  const early = field(only(render(), 'ClientTrafficPolicy'), 'spec.headers.earlyRequestHeaders');
  assert.deepEqual(field(early, 'removeOnMatch'), [
    { type: 'Prefix', value: 'x-ai-eg-' },
    { type: 'Prefix', value: 'x-envoy-' },
  ]);
  assert.deepEqual(field(early, 'remove'), ['x-client-id', ...RESERVED_HEADERS].sort());
});

test('the identity header of a client passes', () => {
  const early = field(only(render(), 'ClientTrafficPolicy'), 'spec.headers.earlyRequestHeaders');
  assert.ok(!JSON.stringify(early).includes(WORKLOAD_HEADER));
});

test('no time-out on the way is shorter than the longest answer, and a leaving proxy waits for it', () => {
  const seconds = (value: unknown) => Duration.parse(`${value}`).seconds;
  const objects = render({ requestTimeout: Duration.minutes(20) });
  assert.ok(
    seconds(field(only(objects, 'ClientTrafficPolicy'), 'spec.timeout.http.streamIdleTimeout')) > 20 * 60,
  );
  assert.ok(seconds(field(only(objects, 'EnvoyProxy'), 'spec.shutdown.drainTimeout')) >= 20 * 60);
});

test('a request as large as the buffer limit passes', () => {
  const policy = only(render({ bufferLimit: Memory.mebibytes(20) }), 'ClientTrafficPolicy');
  assert.equal(field(policy, 'spec.connection.bufferLimit'), '20Mi');
});

test('the external processor has limits, and the Gateway names where they are', () => {
  const objects = render();
  const config = only(objects, 'GatewayConfig');
  const annotations = only(objects, 'Gateway').metadata.annotations;
  assert.equal(annotations?.['aigateway.envoyproxy.io/gateway-config'], config.metadata.name);
  assert.deepEqual(field(config, 'spec.extProc.kubernetes.resources.limits'), { cpu: '2', memory: '4Gi' });
});

test('the access log has a field for each token count that routes write [access-log-tokens]', () => {
  const log = field(only(render(), 'EnvoyProxy'), 'spec.telemetry.accessLog.settings.0.format.json');
  assert.equal(field(log, 'total_tokens'), '%DYNAMIC_METADATA(io.envoy.ai_gateway:llm_total_token)%');
  assert.equal(field(log, 'route'), '%ROUTE_NAME%');
  const written = Object.values(log as Record<string, string>);
  assert.deepEqual(
    Object.values(TOKEN_METADATA).filter(
      (key) => !written.includes(`%DYNAMIC_METADATA(io.envoy.ai_gateway:${key})%`),
    ),
    [],
  );
});

test('two proxies are disrupted one at a time, one is not protected', () => {
  const budget = 'spec.provider.kubernetes.envoyPDB';
  assert.deepEqual(field(only(render({ replicas: 2 }), 'EnvoyProxy'), budget), { minAvailable: 1 });
  assert.equal(field(only(render({ replicas: 1 }), 'EnvoyProxy'), budget), undefined);
});

test('the Service of the proxies is a load balancer unless told otherwise', () => {
  const type = 'spec.provider.kubernetes.envoyService.type';
  assert.equal(field(only(render(), 'EnvoyProxy'), type), 'LoadBalancer');
  assert.equal(field(only(render({ serviceType: 'ClusterIP' }), 'EnvoyProxy'), type), 'ClusterIP');
});

test('refuses a fraction of a CPU', () => {
  const [mistake] = mistakesOf(() => render({ cpu: Cpu.parse('1500m') }));
  assert.equal(mistake?.path, 'gateway.cpu');
});

test('refuses memory that does not carry one request for each worker', () => {
  const [mistake] = mistakesOf(() => render({ memory: Memory.mebibytes(512) }));
  assert.equal(mistake?.path, 'gateway.memory');
});

test('the filter that repeats the path to a backend leaves the query out', () => {
  const policy = only(render(), 'EnvoyExtensionPolicy');
  assert.deepEqual(field(policy, 'spec.targetRefs'), [
    { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'ai-gateway' },
  ]);
  assert.match(
    field(policy, 'spec.lua.0.inline') as string,
    /replace\("x-ai-eg-original-path", \(string\.gsub/,
  );
});
