import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headerLabels, parsePlatform } from '../../config';
import { type Draft, papersDocument } from './papers-document';
import { refuses } from './refused';

/** The paper's document with other gateway settings. */
function gateway(settings: object) {
  return (document: Draft) => {
    Object.assign(document.gateway, settings);
  };
}

const settings = (given: object) => parsePlatform(papersDocument(gateway(given))).gateway;

test('tracing is off, the access log on, and nothing is tried for less long than the whole', () => {
  const { tracing, accessLog, limiter, retry, requestTimeout } = settings({ requestTimeout: '7m' });
  assert.equal(tracing, undefined);
  assert.equal(accessLog, true);
  assert.deepEqual(limiter, { failClosed: false });
  assert.equal(retry.attempts, 2);
  assert.equal(`${retry.perTryTimeout}`, `${requestTimeout}`);
});

test('a collector is a host and a port, and its spans hold no prompts [tracing-collector]', () => {
  assert.deepEqual(settings({ tracing: { url: 'http://collector.test:4317' } }).tracing, {
    url: { hostname: 'collector.test', port: 4317, tls: false, prefix: '/' },
    samplingPercent: 10,
    prompts: false,
  });
});

test('the identity headers are labels, and others on request [metric-labels]', () => {
  assert.equal(headerLabels(), 'x-workload-app:workload_app,x-tenant:tenant');
  const { metricLabels } = settings({ metricLabels: { team: 'x-team' } });
  assert.equal(headerLabels(metricLabels), 'x-workload-app:workload_app,x-tenant:tenant,x-team:team');
});

test('refuses a collector with a path, and one that gets spans in clear over the internet', () => {
  refuses(
    gateway({ tracing: { url: 'http://collector.test:4317/v1/traces' } }),
    'gateway.tracing.url',
    /has no path/,
    /use http:\/\/collector\.test:4317/,
  );
  refuses(
    gateway({ tracing: { url: 'http://collector.example.com:4317' } }),
    'gateway.tracing.url',
    /would send the spans unencrypted/,
  );
});

test('refuses a sampling of nothing and of more than everything', () => {
  for (const samplingPercent of [0, 101, 0.5]) {
    refuses(
      gateway({ tracing: { url: 'http://collector.test:4317', samplingPercent } }),
      'gateway.tracing.samplingPercent',
      /is not a whole percentage/,
    );
  }
});

test('refuses labels that are taken, secret or not labels', () => {
  refuses(
    gateway({ metricLabels: { tenant: 'x-team' } }),
    'gateway.metricLabels.tenant',
    /is already a label/,
  );
  refuses(
    gateway({ metricLabels: { app: 'x-workload-app' } }),
    'gateway.metricLabels.app',
    /is already a label/,
  );
  refuses(
    gateway({ metricLabels: { key: 'x-api-key' } }),
    'gateway.metricLabels.key',
    /contain a credential/,
  );
  refuses(
    gateway({ metricLabels: { 'my-team': 'x-team' } }),
    'gateway.metricLabels.my-team',
    /is not a label/,
  );
  refuses(gateway({ metricLabels: { team: 'X-Team' } }), 'gateway.metricLabels.team', /in lower case/);
});

test('refuses an attempt that may take longer than all together, and too many', () => {
  refuses(
    gateway({ requestTimeout: '1m', retry: { perTryTimeout: '2m' } }),
    'gateway.retry.perTryTimeout',
    /2m for one attempt is longer than requestTimeout 1m/,
    /use 1m or less/,
  );
  refuses(gateway({ retry: { attempts: 11 } }), 'gateway.retry.attempts', /from 0 to 10/);
});
