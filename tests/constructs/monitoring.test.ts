import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Duration } from '../../config';
import { type Manifest, Namespace, ScrapeTargets } from '../../constructs';
import { assertGolden, chart, field, manifests } from './support';

function render(interval = Duration.seconds(15), embeddings = false): Manifest[] {
  const scope = chart();
  const serving = new Namespace(scope, 'ai-serving');
  const namespace = new Namespace(scope, 'ai-observability');
  new ScrapeTargets(scope, 'targets', { namespace, serving, interval, embeddings });
  return manifests(scope).filter(({ kind }) => kind === 'PodMonitor');
}

function endpoints(monitors: Manifest[]) {
  return monitors.flatMap(
    (monitor) =>
      field(monitor, 'spec.podMetricsEndpoints') as {
        port: string;
        interval: string;
        scrapeTimeout: string;
      }[],
  );
}

test('proxies, model servers and GPUs are scraped [scrape-targets]', () => {
  assertGolden('monitoring', render());
});

test('an existing Prometheus finds the monitors by labels', () => {
  const scope = chart();
  const serving = new Namespace(scope, 'ai-serving');
  const namespace = new Namespace(scope, 'ai-observability');
  const labels = { release: 'kube-prometheus-stack' };
  const interval = Duration.seconds(15);
  new ScrapeTargets(scope, 'targets', { namespace, serving, interval, labels });
  const monitors = manifests(scope).filter(({ kind }) => kind === 'PodMonitor');
  assert.ok(monitors.length > 0);
  for (const { metadata } of monitors) assert.equal(metadata.labels?.release, labels.release);
});

test('servers of embeddings are scraped where there are any, on the port that has their metrics', () => {
  const names = (embeddings: boolean) => render(undefined, embeddings).map(({ metadata }) => metadata.name);
  assert.ok(!names(false).includes('text-embeddings-inference'));
  const monitor = render(undefined, true).find(
    ({ metadata }) => metadata.name === 'text-embeddings-inference',
  );
  assert.equal(field(monitor, 'spec.podMetricsEndpoints.0.port'), 'metrics');
});

test('of a proxy both ports are scraped: the tokens are counted in the sidecar', () => {
  const proxy = render().filter(({ metadata }) => metadata.name === 'envoy-proxy');
  assert.deepEqual(
    endpoints(proxy).map(({ port }) => port),
    ['metrics', 'aigw-admin'],
  );
});

for (const interval of ['1s', '7s', '15s', '5m']) {
  test(`every ${interval} each scrape ends before the next one begins`, () => {
    const all = endpoints(render(Duration.parse(interval)));
    assert.ok(all.length > 0);
    for (const endpoint of all) {
      const [every, timeout] = [Duration.parse(endpoint.interval), Duration.parse(endpoint.scrapeTimeout)];
      assert.equal(every.milliseconds, Duration.parse(interval).milliseconds);
      assert.ok(timeout.milliseconds > 0 && timeout.milliseconds < every.milliseconds);
    }
  });
}
