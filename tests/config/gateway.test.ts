import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePlatform } from '../../config';
import { papersDocument } from './papers-document';
import { refuses } from './refused';

/** The paper's document with other gateway settings. */
function gateway(settings: object) {
  return (document: ReturnType<typeof papersDocument>) => {
    Object.assign(document.gateway, settings);
  };
}

test('refuses a fraction of a CPU, in cores and in millicores', () => {
  const why = /Envoy runs one worker per CPU/;
  refuses(gateway({ cpu: 2.5 }), 'gateway.cpu', /^2\.5 is not a whole number of CPUs/, why, /use 2 or 3/);
  refuses(gateway({ cpu: '2500m' }), 'gateway.cpu', /^"2500m" is not a whole number/, why, /use 2 or 3/);
  refuses(gateway({ cpu: '500m' }), 'gateway.cpu', /use 1\)/);
  refuses(gateway({ cpu: 0 }), 'gateway.cpu', /use 1 or more/);
});

test('takes whole CPUs in every spelling', () => {
  for (const cpu of [3, '3', '3000m']) {
    assert.equal(parsePlatform(papersDocument(gateway({ cpu }))).gateway.cpu.millicores, 3000);
  }
});

test('refuses memory that cannot carry one request for each worker', () => {
  refuses(
    gateway({ cpu: 4, memory: '516Mi', bufferLimit: '1Mi' }),
    'gateway.memory',
    /does not hold a request of expectedRequestSize 256Ki for each of the 4 workers of Envoy: that takes 520Mi/,
    /use 520Mi or more/,
  );
});

test('refuses memory that cannot carry one request of the buffer limit', () => {
  refuses(
    gateway({ cpu: 4, memory: '600Mi' }),
    'gateway.memory',
    /600Mi does not hold one request of bufferLimit/,
    /512Mi for Envoy itself \+ 5 × 50Mi in the external processor = 762Mi/,
    /use 762Mi or more, or bufferLimit 17Mi or less/,
  );
});

test('takes the memory and the buffer limit that the refusal suggests', () => {
  for (const settings of [{ memory: '762Mi' }, { memory: '600Mi', bufferLimit: '17Mi' }]) {
    assert.equal(
      parsePlatform(papersDocument(gateway({ cpu: 4, ...settings }))).gateway.cpu.millicores,
      4000,
    );
  }
});

test('refuses memory below what Envoy itself needs, without the advice of a smaller buffer', () => {
  refuses(
    gateway({ cpu: 2, memory: '256Mi' }),
    'gateway.memory',
    /256Mi does not hold/,
    /\(use 762Mi or more\)/,
  );
});

test('refuses requests that are expected to be larger than the buffer limit', () => {
  refuses(
    gateway({ bufferLimit: '1Mi', expectedRequestSize: '2Mi' }),
    'gateway.expectedRequestSize',
    /2Mi is not between 1 byte and bufferLimit 1Mi: a larger request is answered with 413/,
    /use 1Mi or less/,
  );
});

test('refuses an amount of memory with decimals, without a unit or with an unknown one', () => {
  refuses(gateway({ memory: '0.5Gi' }), 'gateway.memory', /"0\.5Gi" is not a whole amount/, /use 512Mi/);
  refuses(gateway({ memory: 4 }), 'gateway.memory', /write a unit, such as Mi or Gi/);
  refuses(gateway({ memory: '4GB' }), 'gateway.memory', /such as 512Mi or 4Gi/);
});

test('refuses a buffer limit that is not a whole quantity', () => {
  refuses(gateway({ bufferLimit: '12.5Mi' }), 'gateway.bufferLimit', /is not a whole amount/, /use 12800Ki/);
  refuses(gateway({ bufferLimit: '052428800' }), 'gateway.bufferLimit', /use 50Mi/);
});

test('refuses a buffer limit outside of 1Mi to 50Mi', () => {
  refuses(
    gateway({ bufferLimit: '32Ki' }),
    'gateway.bufferLimit',
    /32Ki is not between 1Mi and 50Mi/,
    /413/,
    /use 1Mi/,
  );
  refuses(gateway({ bufferLimit: '51Mi' }), 'gateway.bufferLimit', /51Mi is not between/, /use 50Mi/);
});

test('refuses a third Envoy in the embedded datacenter', () => {
  refuses(
    gateway({ replicas: 3 }),
    'gateway.replicas',
    /3 Envoys are too many: the embedded datacenter/,
    /use 2 or 1/,
  );
});

test('refuses a third Envoy once: no limit is split over it', () => {
  const odd = (document: ReturnType<typeof papersDocument>) => {
    gateway({ replicas: 3 })(document);
    document.workloads['swe-rebench-ide'].limits.requestsPerMinute = 2;
  };
  refuses(odd, 'gateway.replicas');
});

test('refuses a port that the embedded datacenter itself binds', () => {
  const taken = [1063, 6060, 8080, 8081, 9443, 18000, 18001, 18002, 19000, 19001, 19002, 19003];
  for (const port of taken) {
    refuses(
      gateway({ listener: { port } }),
      'gateway.listener.port',
      new RegExp(`^${port} is in use in the embedded datacenter by`),
      /use 10080/,
    );
  }
});

test('takes such a port in a cluster, where every pod has its own', () => {
  const { gateway: settings } = parsePlatform(
    papersDocument((document) => {
      document.cluster = { existing: { context: 'prod-vks' } };
      document.gateway.listener.port = 8080;
    }),
  );
  assert.equal(settings.listener.port, 8080);
});

test('refuses a port out of range', () => {
  refuses(
    gateway({ listener: { port: 0 } }),
    'gateway.listener.port',
    /0 is not a TCP port/,
    /use 1 or more/,
  );
  refuses(gateway({ listener: { port: 70000 } }), 'gateway.listener.port', /use 65535 or less/);
});
