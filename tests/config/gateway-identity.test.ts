import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePlatform, requiredSecrets } from '../../config';
import { type Draft, papersDocument } from './papers-document';
import { mistakesOf, refuses } from './refused';

const TLS = { certificateSecret: 'gateway-certificate', keySecret: 'gateway-key' };
const JWT = {
  issuer: 'https://idp.example.com',
  audiences: ['ai-gateway'],
  jwksUri: 'https://idp.example.com/certs',
};
const CA = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

/** The paper's document with another identity. */
function identity(identity: unknown, more: (document: Draft) => void = () => {}) {
  return (document: Draft) => {
    document.gateway.identity = identity;
    more(document);
  };
}

/** Every workload with a key of its own. */
function keys(document: Draft): void {
  for (const [name, workload] of Object.entries<Draft>(document.workloads))
    workload.apiKeySecret = `${name}-key`;
}

function tls(document: Draft): void {
  document.gateway.listener = { tls: TLS };
}

const settings = (edit: (document: Draft) => void) => parsePlatform(papersDocument(edit)).gateway;

test('without a word the client names itself [plain-header]', () => {
  assert.deepEqual(settings(() => {}).identity, { kind: 'trustedHeader' });
});

test('API keys: every workload has one, and all are required secrets', () => {
  const platform = parsePlatform(papersDocument(identity({ apiKey: {} }, keys)));
  assert.deepEqual(platform.gateway.identity, { kind: 'apiKey' });
  assert.deepEqual(
    requiredSecrets(platform).map(({ at }) => at.join('.')),
    [
      'models.gemini-flash.apiKeySecret',
      'workloads.swe-rebench-ide.apiKeySecret',
      'workloads.terminal-bench-ci.apiKeySecret',
      'workloads.toolbench-agent.apiKeySecret',
    ],
  );
});

test('tokens: the workload is the client that the token was made for [jwt-workload]', () => {
  assert.deepEqual(settings(identity({ jwt: JWT })).identity, {
    kind: 'jwt',
    ...JWT,
    claims: { workload: 'azp' },
  });
});

test('client certificates, over the TLS port [mtls-document]', () => {
  const { listener, identity: found } = settings(identity({ mtls: { caCertificate: CA } }, tls));
  assert.deepEqual(found, { kind: 'mtls', caCertificate: CA, name: 'dns' });
  assert.deepEqual(listener, { port: 10443, tls: TLS });
});

test('external authorization, with the parts of its URL [ext-auth-document]', () => {
  assert.deepEqual(settings(identity({ extAuth: { url: 'http://auth.test:8080/check' } })).identity, {
    kind: 'extAuth',
    url: { hostname: 'auth.test', port: 8080, tls: false, prefix: '/check' },
  });
});

test('the certificate of the listener and its key are required secrets', () => {
  assert.deepEqual(
    requiredSecrets(parsePlatform(papersDocument(tls)))
      .slice(0, 2)
      .map(({ name, at }) => [name, at.join('.')]),
    [
      ['gateway-certificate', 'gateway.listener.tls.certificateSecret'],
      ['gateway-key', 'gateway.listener.tls.keySecret'],
    ],
  );
});

test('refuses an identity that there is not, with the nearest one', () => {
  refuses(
    identity('trusted-header'),
    'gateway.identity',
    /is not trustedHeader, none, or a map/,
    /did you mean trustedHeader/,
  );
  refuses(identity('apiKey'), 'gateway.identity', /write it as a map, apiKey: \{…\}/);
  refuses(identity({ apikey: {} }, keys), 'gateway.identity.apikey', /did you mean apiKey/);
  refuses(
    identity({}),
    'gateway.identity',
    /needs exactly one of apiKey, jwt, mtls and extAuth, and has none/,
  );
  refuses(identity({ apiKey: {}, jwt: JWT }), 'gateway.identity', /keep apiKey or jwt/);
});

test('refuses tokens whose issuer or audience nobody would check', () => {
  const { issuer: _, ...anyIssuer } = JWT;
  refuses(identity({ jwt: anyIssuer }), 'gateway.identity.jwt.issuer', /is required/);
  refuses(
    identity({ jwt: { ...JWT, audiences: [] } }),
    'gateway.identity.jwt.audiences',
    /made for other services/,
  );
  refuses(
    identity({ jwt: { ...JWT, audiences: ['a b'] } }),
    'gateway.identity.jwt.audiences.0',
    /without spaces/,
  );
});

test('refuses a key set that anybody on the way could replace [jwt-key-set-plain]', () => {
  refuses(
    identity({ jwt: { ...JWT, jwksUri: 'http://idp.example.com/certs' } }),
    'gateway.identity.jwt.jwksUri',
    /would send the keys that verify tokens unencrypted/,
  );
  const withQuery = { ...JWT, jwksUri: 'https://idp.example.com/certs?p=policy' };
  assert.equal(settings(identity({ jwt: withQuery })).identity.kind, 'jwt');
});

test('refuses client certificates without TLS [mtls-without-tls]', () => {
  refuses(
    identity({ mtls: { caCertificate: CA } }),
    'gateway.listener.tls',
    /is required with identity mtls/,
    /certificateSecret and keySecret/,
  );
});

test('refuses what is no CA certificate, without repeating it', () => {
  const [mistake] = mistakesOf(() =>
    parsePlatform(
      papersDocument(identity({ mtls: { caCertificate: '-----BEGIN PRIVATE KEY-----\nx' } }, tls)),
    ),
  );
  assert.equal(mistake?.path, 'gateway.identity.mtls.caCertificate');
  assert.ok(!JSON.stringify(mistake).includes('PRIVATE KEY'));
});

test('refuses an authorization service on the public internet without TLS [ext-auth-plain]', () => {
  refuses(
    identity({ extAuth: { url: 'http://auth.example.com' } }),
    'gateway.identity.extAuth.url',
    /would send the clients' credentials unencrypted/,
  );
});

test('refuses several workloads that nobody tells apart [workloads-indistinct]', () => {
  refuses(
    identity('none'),
    'gateway.identity',
    /requests of swe-rebench-ide, terminal-bench-ci and toolbench-agent cannot be told apart/,
  );
});

test('refuses a workload without a key, and a key that nothing reads', () => {
  const [first] = mistakesOf(() => parsePlatform(papersDocument(identity({ apiKey: {} }))));
  assert.equal(first?.path, 'workloads.swe-rebench-ide.apiKeySecret');
  assert.match(`${first?.problem} ${first?.fix}`, /no client can call as swe-rebench-ide add apiKeySecret/);
  refuses(
    (document) => {
      document.workloads['toolbench-agent'].apiKeySecret = 'toolbench-key';
    },
    'workloads.toolbench-agent.apiKeySecret',
    /is used with identity apiKey only/,
  );
});

test('refuses one key for two workloads, by the name of the secret', () => {
  refuses(
    identity({ apiKey: {} }, (document) => {
      keys(document);
      document.workloads['swe-rebench-ide'].apiKeySecret = 'toolbench-agent-key';
    }),
    'workloads.swe-rebench-ide.apiKeySecret',
    /is already the key of toolbench-agent/,
    /swe-rebench-ide-key/,
  );
});

test('refuses a key in the place of its name, without repeating it', () => {
  const [mistake] = mistakesOf(() =>
    parsePlatform(
      papersDocument(
        identity({ apiKey: {} }, (document) => {
          keys(document);
          document.workloads['toolbench-agent'].apiKeySecret = 'SK-123456';
        }),
      ),
    ),
  );
  assert.ok(!JSON.stringify(mistake).includes('SK-123456'));
});

test('refuses a tenant that nothing would set', () => {
  const tenant = (document: Draft) => {
    document.workloads['toolbench-agent'].match = { tenant: 'acme' };
  };
  const at = 'workloads.toolbench-agent.match.tenant';
  const mtls = { mtls: { caCertificate: CA } };
  refuses(
    identity({ apiKey: {} }, (document) => [keys, tenant].map((edit) => edit(document))),
    at,
    /a key identifies the workload but not the tenant/,
  );
  refuses(
    identity(mtls, (document) => [tls, tenant].map((edit) => edit(document))),
    at,
    /a certificate identifies/,
  );
  refuses(identity({ jwt: JWT }, tenant), at, /gateway\.identity\.jwt\.claims\.tenant/);
  const jwt = { ...JWT, claims: { tenant: 'org' } };
  assert.equal(settings(identity({ jwt }, tenant)).identity.kind, 'jwt');
});

test('refuses a client of a key whose name no Secret can hold', () => {
  refuses(
    identity({ apiKey: {} }, (document) => {
      keys(document);
      document.workloads['toolbench-agent'].match = { app: 'spiffe://example.com/toolbench' };
    }),
    'workloads.toolbench-agent.match.app',
    /cannot be a key of a Secret/,
  );
});
