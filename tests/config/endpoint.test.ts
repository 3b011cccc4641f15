import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parsePlatform } from '../../config';
import { papersDocument } from './papers-document';
import { mistakeOf, refuses } from './refused';

function withBaseUrl(baseUrl: string) {
  return papersDocument((document) => {
    document.models['gemini-flash'].baseUrl = baseUrl;
  });
}

function endpointOf(baseUrl: string) {
  const model = parsePlatform(withBaseUrl(baseUrl)).models.find(({ name }) => name === 'gemini-flash');
  assert.ok(model?.kind === 'provider');
  const { schema, ...address } = model.endpoint;
  return { ...address, prefix: schema.prefix };
}

function refusesUrl(baseUrl: string, ...said: readonly RegExp[]): void {
  refuses(
    (document) => {
      document.models['gemini-flash'].baseUrl = baseUrl;
    },
    'models.gemini-flash.baseUrl',
    ...said,
  );
}

test('a base URL becomes host, port, TLS and prefix', () => {
  const hostname = 'api.openai.com';
  assert.deepEqual(endpointOf('https://API.openai.com/v1/'), {
    hostname,
    port: 443,
    tls: true,
    prefix: '/v1',
  });
  assert.deepEqual(endpointOf('https://api.openai.com:8443/a/b'), {
    hostname,
    port: 8443,
    tls: true,
    prefix: '/a/b',
  });
  assert.deepEqual(endpointOf('http://llm.team.svc.cluster.local'), {
    hostname: 'llm.team.svc.cluster.local',
    port: 80,
    tls: false,
    prefix: '/',
  });
});

test('host, port and prefix of any base URL are the ones that were written', () => {
  // A label that begins with xn-- is Punycode, and only some of them are names.
  const label = fc
    .stringMatching(/^[a-z]([-a-z0-9]{0,8}[a-z0-9])?$/)
    .filter((text) => !text.startsWith('xn--'));
  const hostname = fc.array(label, { minLength: 2, maxLength: 4 }).map((labels) => labels.join('.'));
  const path = fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => `/${labels.join('/')}`);
  fc.assert(
    fc.property(hostname, fc.integer({ min: 1, max: 65535 }), path, (host, port, prefix) => {
      assert.deepEqual(endpointOf(`https://${host}:${port}${prefix}`), {
        hostname: host,
        port,
        tls: true,
        prefix,
      });
    }),
  );
});

test('refuses a plaintext URL that would show the key to other networks', () => {
  refusesUrl(
    'http://api.example.com/v1',
    /http to api\.example\.com/,
    /key unencrypted/,
    /use https/,
    /\.internal/,
  );
  refusesUrl('http://llm.internal.example.com/v1', /key unencrypted/);
});

test('takes a plaintext URL in a private network', () => {
  for (const suffix of ['internal', 'local', 'test', 'svc', 'svc.cluster.local']) {
    assert.equal(endpointOf(`http://llm.${suffix}/v1`).tls, false);
  }
});

test('refuses a host of one label', () => {
  refusesUrl(
    'https://vllm/v1',
    /the host vllm is a single label/,
    /<service>\.<namespace>\.svc\.cluster\.local/,
  );
  refusesUrl('http://localhost:8000/v1', /single label/);
});

test('refuses a host that is an IP address, however it is written', () => {
  refusesUrl('https://10.0.0.7/v1', /the host 10\.0\.0\.7 is an IP address/, /use a DNS name/);
  refusesUrl('https://0x0a000007/v1', /10\.0\.0\.7 is an IP address/);
  refusesUrl('https://[fd00::7]/v1', /is an IP address/);
});

test('refuses a host that no DNS name could be', () => {
  refusesUrl('https://api_v1.example.com/v1', /api_v1\.example\.com is not a DNS name/);
  refusesUrl('https://api.example.com./v1', /is not a DNS name/);
  refusesUrl(`https://${'a.'.repeat(130)}com/v1`, /is not a DNS name/);
});

test('refuses what is not an http or https URL', () => {
  refusesUrl(
    'api.example.com/v1',
    /"api\.example\.com\/v1" is not an http or https URL/,
    /https:\/\/<host>\/<path>/,
  );
  refusesUrl('ftp://api.example.com/v1', /is not an http or https URL/);
});

test('refuses a query, which no request would carry', () => {
  refusesUrl('https://api.example.com/v1?api-version=1', /has a query or a fragment/);
});

test('refuses credentials in a URL, and never repeats them', () => {
  const mistake = mistakeOf(() => parsePlatform(withBaseUrl('https://user:hunter2@api.example.com/v1')));
  assert.match(mistake.problem, /a URL must not contain credentials/);
  assert.equal(mistake.fix, 'move the key to apiKeySecret');
  assert.ok(!JSON.stringify(mistake).includes('hunter2'));
});
