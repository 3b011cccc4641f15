import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Tracing } from '../../config';
import type { Manifest } from '../../constructs';
import { chart, field, gatewayIn, manifests, only } from './support';

const TRACING: Tracing = {
  url: { hostname: 'collector.observability.svc.cluster.local', port: 4317, tls: false, prefix: '/' },
  samplingPercent: 10,
  prompts: false,
};

function render(tracing: Tracing): Manifest[] {
  const scope = chart();
  gatewayIn(scope, { tracing });
  return manifests(scope);
}

function variables(objects: readonly Manifest[]): Record<string, string> {
  const env = field(only(objects, 'GatewayConfig'), 'spec.extProc.kubernetes.env');
  return Object.fromEntries(
    (env as { name: string; value: string }[]).map(({ name, value }) => [name, value]),
  );
}

test('Envoy sends its spans to a Backend, and samples as it is told', () => {
  const objects = render(TRACING);
  const tracing = field(only(objects, 'EnvoyProxy'), 'spec.telemetry.tracing');
  assert.equal(field(tracing, 'samplingRate'), 10);
  const { name } = only(objects, 'Backend').metadata;
  assert.equal(field(tracing, 'provider.backendRefs.0.name'), name);
  assert.deepEqual(field(only(objects, 'Backend'), 'spec.endpoints.0.fqdn'), {
    hostname: TRACING.url.hostname,
    port: TRACING.url.port,
  });
});

test('the external processor sends traces alone, so that its metrics stay with Prometheus', () => {
  const env = variables(render(TRACING));
  assert.equal(
    env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT,
    'http://collector.observability.svc.cluster.local:4317',
  );
  assert.equal(env.OTEL_EXPORTER_OTLP_ENDPOINT, undefined);
  assert.equal(env.OTEL_TRACES_SAMPLER_ARG, '0.1');
});

test('spans hold prompts and answers only when they are asked for', () => {
  const hidden = variables(render(TRACING));
  assert.equal(hidden.OPENINFERENCE_HIDE_INPUTS, 'true');
  assert.equal(hidden.OPENINFERENCE_HIDE_OUTPUTS, 'true');
  const shown = variables(render({ ...TRACING, prompts: true }));
  const hiding = Object.entries(shown).filter(([name]) => name.startsWith('OPENINFERENCE_HIDE'));
  assert.ok(hiding.length > 0 && hiding.every(([, value]) => value === 'false'));
});

test('a collector with TLS is called with TLS by both', () => {
  const objects = render({ ...TRACING, url: { ...TRACING.url, tls: true } });
  assert.equal(field(only(objects, 'Backend'), 'spec.tls.sni'), TRACING.url.hostname);
  assert.match(variables(objects).OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? '', /^https:/);
});

test('without an access log there is none, not the default one', () => {
  const scope = chart();
  gatewayIn(scope, { accessLog: false });
  assert.deepEqual(field(only(manifests(scope), 'EnvoyProxy'), 'spec.telemetry.accessLog'), {
    disable: true,
  });
});
