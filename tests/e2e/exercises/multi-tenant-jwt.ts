import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tokenOf } from '../tokens';
import { nameOf } from '../traffic';
import type { Exercise } from './exercise';

export const multiTenantJwt: Exercise = (stage) => {
  const asked = async (claims: object, model: string, spoil = (token: string) => token) => {
    const { project, traffic } = stage();
    const token = spoil(await tokenOf(project, traffic.platform, claims));
    return traffic.ask({ headers: { authorization: `Bearer ${token}` }, model });
  };

  test('a tenant’s token opens the models of that tenant, and no other [jwt-tenant-models]', async () => {
    const own = await asked({ tenant: 'acme', azp: 'portal' }, 'gemini-flash');
    assert.equal(own.answer.status, 200, own.answer.text);
    assert.deepEqual(own.seen.map(nameOf), ['gemini']);
    assert.equal((await asked({ tenant: 'globex', azp: 'portal' }, 'gpt-oss-120b')).answer.status, 200);
    assert.equal((await asked({ tenant: 'globex', azp: 'portal' }, 'gemini-flash')).answer.status, 404);
    assert.equal((await asked({ tenant: 'initech', azp: 'portal' }, 'gpt-oss-120b')).answer.status, 404);
  });

  test('a tenant that a client writes itself counts for nothing [jwt-tenant-header]', async () => {
    const { project, traffic } = stage();
    const token = await tokenOf(project, traffic.platform, { tenant: 'globex', azp: 'portal' });
    const headers = { authorization: `Bearer ${token}`, 'x-tenant': 'acme' };
    const { answer, seen } = await traffic.ask({ headers, model: 'gemini-flash' });
    assert.equal(answer.status, 404);
    assert.deepEqual(seen, []);
  });

  test('no token, a foreign, an old and a changed one are refused and reach nobody [jwt-invalid]', async () => {
    const { traffic } = stage();
    const acme = { tenant: 'acme', azp: 'portal' };
    const refused = [
      await traffic.ask({ model: 'gpt-oss-120b', headers: { 'x-tenant': 'acme' } }),
      await asked({ ...acme, iss: 'https://elsewhere.example.com' }, 'gpt-oss-120b'),
      await asked({ ...acme, aud: ['another-platform'] }, 'gpt-oss-120b'),
      await asked({ ...acme, exp: 1 }, 'gpt-oss-120b'),
      await asked({ tenant: 'globex', azp: 'portal' }, 'gemini-flash', (token) => {
        const [head, , signature] = token.split('.');
        const claims = Buffer.from(JSON.stringify(acme)).toString('base64url');
        return `${head}.${claims}.${signature}`;
      }),
    ];
    // Envoy takes a wrong audience for a lack of rights, and everything else for a lack of identity.
    assert.deepEqual(
      refused.map(({ answer }) => answer.status),
      [401, 401, 403, 401, 401],
    );
    assert.deepEqual(
      refused.flatMap(({ seen }) => seen),
      [],
    );
  });
};
