import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { extAuthClients } from '../../local/named-services';
import type { RequestRecord } from '../../local/stand-ins/recorder';
import { until } from '../../local/until';
import { tracesOf } from '../../validation/credentials';
import { type Draft, identitiesOf } from './identities';
import {
  Authority,
  accessLog,
  askOverHttp2,
  askOverTls,
  type Certified,
  modelOf,
  type TlsAsk,
  whileAway,
} from './identity-cases';
import { begin, shared } from './shared';
import { tokenOf } from './tokens';

const TLS_PORT = 10443;

/** Of no worth anywhere else. */
const keyOf = (workload: string) => `key-of-${workload}-in-this-test-not-a-secret`;

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

const IDE = 'swe-rebench-ide';
const AGENT = 'toolbench-agent';

describe('who a client is, from one identity to the next', () => {
  const project = shared;
  const { remember, become, ask, spans, answers, refusedWith, answeredBy, platform } = identitiesOf(project);
  let clients: Authority;
  let server: Authority;

  before(async () => {
    await begin();
    remember();
    clients = await Authority.make('clients');
    server = await Authority.make('servers');
    const gateway = await server.certify('gateway', [{ type: 7, ip: '127.0.0.1' }]);
    const secrets = {
      'gateway-certificate': gateway.cert,
      'gateway-key': gateway.key,
      ...Object.fromEntries([IDE, AGENT, 'terminal-bench-ci'].map((name) => [`${name}-key`, keyOf(name)])),
    };
    await project.setSecrets(secrets);
  });

  describe('trustedHeader', () => {
    before(() => become(() => {}));

    test('the client names itself, and the gateway believes it', async () => {
      assert.ok(await answers({ 'x-workload-app': AGENT }));
      await answeredBy('gemini', { 'x-workload-app': AGENT });
      await refusedWith(404, {});
      await refusedWith(404, { 'x-workload-app': 'nobody' });
    });

    test('Envoy and the external processor tell of a call, and not what was said [traces-without-content]', async () => {
      const all = ['ChatCompletion', 'ingress'];
      const told = async () => {
        // Envoy changes its listener for new connections, a moment after it has read of it.
        await ask({ 'x-workload-app': AGENT });
        const names = (await spans()).map(({ path }) => path);
        return all.every((name) => names.includes(name));
      };
      assert.ok(await until(told, 30, 1000), JSON.stringify((await spans()).map(({ path }) => path)));
      const text = JSON.stringify(await spans());
      assert.match(text, /gemini-2\.5-flash/);
      assert.doesNotMatch(text, /Hello|not-a-secret/);
    });
  });

  describe('apiKey', () => {
    const withKeys = ({ gateway, workloads }: Draft) => {
      gateway.identity = { apiKey: {} };
      for (const [name, workload] of Object.entries<Draft>(workloads)) workload.apiKeySecret = `${name}-key`;
    };
    before(async () => {
      await become(withKeys);
      assert.ok(await answers(bearer(keyOf(AGENT))));
    });

    test('no key, a wrong one and a forged header are answered 401 and reach nobody', async () => {
      await refusedWith(401, {});
      await refusedWith(401, bearer('guessed'));
      await refusedWith(401, { 'x-workload-app': IDE });
    });

    test('a forged first match does not get around the key', async () => {
      await refusedWith(401, { 'x-workload-app': IDE, 'x-ai-eg-model': 'any' });
      await refusedWith(401, { 'x-workload-app': IDE, 'x-ai-eg-model': 'gpt-oss-120b', 'x-client-id': IDE });
    });

    test('a key leads to its own workload, whatever the client says it is', async () => {
      await answeredBy('gemini', bearer(keyOf(AGENT)));
      await answeredBy('gemini', { ...bearer(keyOf(AGENT)), 'x-workload-app': IDE });
      await answeredBy('gemini', { 'x-api-key': keyOf(AGENT), 'x-workload-app': IDE });
    });

    test("a key's requests are counted against its own workload", async () => {
      const statuses: number[] = [];
      for (const forged of [AGENT, AGENT, AGENT]) {
        statuses.push((await ask({ ...bearer(keyOf(IDE)), 'x-workload-app': forged })).status);
      }
      assert.deepEqual(statuses, [200, 200, 429]);
      await answeredBy('gemini', { ...bearer(keyOf(AGENT)), 'x-workload-app': IDE });
    });

    test('no model sees the key of a client', async () => {
      for (const headers of [bearer(keyOf(AGENT)), { 'x-api-key': keyOf(AGENT) }]) {
        assert.deepEqual(tracesOf(keyOf(AGENT), await answeredBy('gemini', headers)), []);
      }
    });

    test('refuses one value as the key of two workloads, before anything changes', async () => {
      await project.setSecret(`${IDE}-key`, keyOf(AGENT));
      const { code, text } = await project.pulumi(['up', '--yes', '--skip-preview']);
      assert.notEqual(code, 0);
      assert.match(text, /the value of secret toolbench-agent-key is also the key of swe-rebench-ide/);
      assert.ok(!text.includes(keyOf(AGENT)));
      await project.setSecret(`${IDE}-key`, keyOf(IDE));
      await answeredBy('gemini', bearer(keyOf(AGENT)));
    });
  });

  describe('jwt', () => {
    const token = async (claims: object) => bearer(await tokenOf(project, platform(), claims));

    before(async () => {
      await become(({ gateway, workloads }) => {
        gateway.identity = {
          jwt: {
            issuer: 'https://idp.stand-in.internal',
            audiences: ['ai-gateway'],
            jwksUri: 'http://idp.stand-in.internal:8091/jwks',
            claims: { tenant: 'org' },
          },
        };
        workloads.acme = { match: { tenant: 'acme' }, model: 'gpt-oss-120b' };
      });
      assert.ok(await answers(await token({ azp: AGENT })));
    });

    test('the claims say which workload, or which tenant, asks', async () => {
      await answeredBy('gemini', await token({ azp: AGENT }));
      await answeredBy('gpt-oss-120b', await token({ azp: 'somebody', org: 'acme' }));
    });

    test('headers of the client do not speak for it, with and without the claim', async () => {
      await answeredBy('gemini', { ...(await token({ azp: AGENT })), 'x-workload-app': 'terminal-bench-ci' });
      await refusedWith(404, { ...(await token({})), 'x-workload-app': AGENT });
      await refusedWith(404, { ...(await token({ azp: 'somebody' })), 'x-tenant': 'acme' });
    });

    test('no token, an expired one, one of another issuer, for others or in the query is refused', async () => {
      const past = Math.floor(Date.now() / 1000) - 600;
      await refusedWith(401, {});
      await refusedWith(401, await token({ azp: AGENT, exp: past }));
      await refusedWith(401, await token({ azp: AGENT, iss: 'https://elsewhere.example.com' }));
      await refusedWith(403, await token({ azp: AGENT, aud: ['another-service'] }));
      const { authorization } = await token({ azp: AGENT });
      const query = `?access_token=${authorization.replace('Bearer ', '')}`;
      assert.equal((await ask({}, `/v1/chat/completions${query}`)).status, 401);
    });

    test('a forged first match does not get around the token', async () => {
      await refusedWith(401, { 'x-workload-app': AGENT, 'x-ai-eg-model': 'any' });
    });

    test('no model sees the token', async () => {
      const headers = await token({ azp: AGENT });
      const seen = await answeredBy('gemini', headers);
      assert.deepEqual(tracesOf(headers.authorization.replace('Bearer ', ''), seen), []);
    });
  });

  describe('extAuth', () => {
    const [ide = '', acme = ''] = Object.keys(extAuthClients);

    before(async () => {
      await become(({ gateway, workloads }) => {
        gateway.identity = { extAuth: { url: 'http://ext-auth.stand-in.internal:8092/check' } };
        workloads.acme = { match: { tenant: 'acme' }, model: 'gemini-flash' };
        delete workloads[IDE].limits;
      });
      assert.ok(await answers(bearer(ide)));
    });

    test('the service says who asks; what the client says counts for nothing [ext-auth-identity]', async () => {
      await answeredBy('gpt-oss-120b', bearer(ide));
      await answeredBy('gpt-oss-120b', { ...bearer(ide), 'x-workload-app': AGENT, 'x-tenant': 'acme' });
      await answeredBy('gemini', bearer(acme));
    });

    test('whom the service does not know is refused, in its words', async () => {
      await refusedWith(401, {});
      await refusedWith(401, bearer('guessed'));
      await refusedWith(401, { 'x-workload-app': IDE, 'x-ai-eg-model': 'any' });
      assert.match((await ask(bearer('guessed'))).text, /unknown key/);
    });

    test('while the service is away nobody is let in [ext-auth-away]', async () => {
      await whileAway(project, 'ext-auth', () => refusedWith(503, bearer(ide)));
      assert.ok(await answers(bearer(ide)));
    });

    test('no model sees what was shown to the service', async () => {
      assert.deepEqual(tracesOf(ide, await answeredBy('gpt-oss-120b', bearer(ide))), []);
    });
  });

  describe('none', () => {
    test('one workload is everybody', async () => {
      await become((document) => {
        document.gateway.identity = 'none';
        document.workloads = { everybody: { model: 'gemini-flash' } };
        delete document.models['gpt-oss-120b'];
        document.gateway.tracing.prompts = true;
      });
      assert.ok(await answers({}));
      await answeredBy('gemini', {});
      await answeredBy('gemini', { 'x-workload-app': 'nobody' });
    });

    test('spans hold prompts once they are asked for: the external processor is replaced', async () => {
      const shown = (span: RequestRecord) => JSON.stringify(span.headers).includes('Hello');
      assert.ok(await until(async () => (await spans()).some(shown), 30, 1000));
    });
  });

  describe('mtls', () => {
    const over =
      (send: (ask: TlsAsk) => ReturnType<typeof askOverTls>) =>
      (client?: Certified, headers: Record<string, string> = {}) =>
        send({ port: TLS_PORT, ca: server.cert, headers, ...(client && { client }) });
    const http1 = over(askOverTls);
    const http2 = over(askOverHttp2);
    const dns = (value: string) => ({ type: 2, value }) as const;

    const withCertificates = (name: 'dns' | 'uri', app?: string) =>
      become(({ gateway, workloads }) => {
        gateway.identity = { mtls: { caCertificate: clients.cert, name } };
        gateway.listener = { tls: { certificateSecret: 'gateway-certificate', keySecret: 'gateway-key' } };
        if (app !== undefined) workloads[AGENT].match = { app };
      });

    test('a certificate leads to the workload that it names, over HTTP/1.1 and HTTP/2 [mtls-workload]', async () => {
      await withCertificates('dns');
      const agent = await clients.certify('agent', [dns(AGENT)]);
      assert.ok(await until(async () => (await http1(agent)).status === 200, 30, 500));
      for (const send of [http1, http2]) {
        assert.equal(modelOf(await send(agent)), 'gemini-2.5-flash');
        const forged = { 'x-workload-app': 'terminal-bench-ci', 'x-tenant': 'acme' };
        assert.equal(modelOf(await send(agent, forged)), 'gemini-2.5-flash');
      }
    });

    test('without a certificate, with a foreign one or one without a name there is no handshake [mtls-handshake]', async () => {
      const foreign = await Authority.make('elsewhere');
      const refused = [
        undefined,
        await foreign.certify('agent', [dns(AGENT)]),
        await clients.certify(AGENT, []),
        await clients.certify('agent', [{ type: 6, value: 'spiffe://example.com/agent' }]),
      ];
      for (const client of refused) {
        for (const send of [http1, http2]) {
          const told = await send(client, { 'x-workload-app': AGENT });
          assert.equal(told.status, 0, told.text);
          assert.ok(told.refused && !/ECONNREFUSED/.test(told.refused), told.refused);
        }
      }
    });

    test('a certificate of two names is neither', async () => {
      const both = await clients.certify('both', [dns(AGENT), dns(IDE)]);
      assert.equal((await http1(both, { 'x-workload-app': AGENT })).status, 404);
    });

    test('with URIs, a certificate leads to the workload that its URI names [mtls-uri]', async () => {
      const uri = 'spiffe://example.com/agent';
      await withCertificates('uri', uri);
      const agent = await clients.certify('agent', [{ type: 6, value: uri }]);
      assert.ok(await until(async () => (await http1(agent)).status === 200, 30, 500));
      assert.equal(modelOf(await http2(agent, { 'x-workload-app': IDE })), 'gemini-2.5-flash');
      const told = await http1(await clients.certify('agent', [dns(AGENT)]), { 'x-workload-app': uri });
      assert.ok(told.refused);
    });
  });

  test('the access log says who asked, for what and how much, and holds no credential [access-log-content]', async () => {
    const calls = () =>
      accessLog(project).filter(
        ({ status, backend }) => status === 200 && backend === 'ai-gateway/gemini-flash',
      );
    assert.ok(
      await until(
        async () => calls().some(({ workload }) => workload === 'spiffe://example.com/agent'),
        30,
        1000,
      ),
    );
    for (const call of calls()) {
      assert.equal(call.response_model, 'gemini-2.5-flash');
      assert.equal(call.total_tokens, Number(call.input_tokens) + Number(call.output_tokens));
    }
    const callers = new Set(calls().map(({ workload }) => workload));
    assert.ok(callers.has(AGENT));
    assert.ok(calls().some(({ tenant }) => tenant === 'acme'));
    const logs = readdirSync(join(project.state, 'logs')).map((name) => join(project.state, 'logs', name));
    const telling = logs.filter((file) => /not-a-secret|eyJ[\w-]+\.eyJ/.test(readFileSync(file, 'utf8')));
    assert.deepEqual(telling, []);
  });
});
