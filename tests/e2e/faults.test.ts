import assert from 'node:assert/strict';
import { request } from 'node:http';
import { before, describe, test } from 'node:test';
import { applyPatch, compare, type Operation } from 'fast-json-patch';
import { objectId } from '../../base/manifest';
import { waitForDataPlane } from '../../cli/start';
import { synthesize } from '../../cli/synth';
import { fingerprint } from '../../local/stand-ins/recorder';
import { until } from '../../local/until';
import { checkManifests, type Manifest } from '../../policies';
import { places } from '../policies/support';
import { LISTENER } from './chat';
import { Cluster } from './cluster';
import { recordsOf } from './provider-calls';
import { begin, shared } from './shared';

/** What a client keeps for itself. */
const SESSION = 'session=known-to-the-client-alone';

interface Asked {
  readonly workload: string;
  /** Of the prompt; default: a word. */
  readonly bytes?: number;
}

/** The status of a question. On a connection of its own, for Envoy closes kept ones when its listener changes. */
function ask({ workload, bytes = 5 }: Asked): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'x-workload-app': workload, cookie: SESSION };
    const url = `http://127.0.0.1:${LISTENER}/v1/chat/completions`;
    const req = request(url, { method: 'POST', headers, agent: false, timeout: 60_000 }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
      response.once('error', reject);
    });
    req.once('timeout', () => req.destroy(new Error('no answer in 60 s')));
    req.once('error', reject);
    const messages = [{ role: 'user', content: 'x'.repeat(bytes) }];
    req.end(JSON.stringify({ model: 'any', messages, max_tokens: 1 }));
  });
}

describe('what the rules find is a fault of the real gateway', () => {
  const project = shared;
  const cluster = new Cluster(project.state);
  let bundle: readonly Manifest[] = [];

  const answers = (asked: Asked, status: number) => until(async () => (await ask(asked)) === status, 30, 500);

  /** Changes one object of the platform, as it is rendered and in the cluster; the way back. */
  async function change(id: string, operations: readonly Operation[]): Promise<() => Promise<void>> {
    const before = bundle.find((manifest) => objectId(manifest) === id);
    assert.ok(before, `there is no ${id}`);
    const changed = applyPatch(before, operations, true, false).newDocument;
    const undo = await cluster.change(before as Parameters<Cluster['change']>[0], compare(before, changed));
    const now = async (to: Manifest) => {
      bundle = bundle.map((manifest) => (objectId(manifest) === id ? to : manifest));
      await waitForDataPlane(project.state);
    };
    await now(changed);
    return async () => {
      await undo();
      await now(before);
    };
  }

  const found = () => places(checkManifests(bundle));

  before(async () => {
    await begin();
    project.edit((platform) => {
      platform.gateway.retry = { attempts: 1, perTryTimeout: '2s' };
      platform.workloads.patient = { model: 'gpt-oss-120b', fallback: ['gemini-flash'] };
    });
    await project.apply();
    bundle = synthesize('local', project.folder)
      .filter(({ layer }) => layer !== 'crds')
      .map(({ manifest }) => manifest);
    // The external processor looks at its file every five seconds; until then a new backend answers 500.
    for (const workload of ['toolbench-agent', 'patient'])
      assert.ok(await answers({ workload }, 200), workload);
  });

  test('the platform as it is has no finding', () => {
    assert.deepEqual(found(), []);
  });

  test('R19: a backend that removes no headers passes the cookies of a client to the provider', async () => {
    /** Whether the provider saw the client's cookie in the request that it got last. */
    const leaks = async () => {
      assert.equal(await ask({ workload: 'toolbench-agent' }), 200);
      const { standIns } = await project.status();
      const records = await recordsOf(standIns.find(({ name }) => name === 'gemini')?.admin ?? '');
      const cookies = records.at(-1)?.headers.cookie ?? [];
      return cookies.some((seen) => typeof seen !== 'string' && seen.sha256 === fingerprint(SESSION).sha256);
    };
    // This platform drops them at its door too, by a script of its own; most have no such second line.
    const withScript = await change('envoyextensionpolicy/ai-gateway/ai-gateway', [
      { op: 'replace', path: '/spec/lua/0/inline', value: 'function envoy_on_request(request) end' },
    ]);
    assert.deepEqual(found(), []);
    assert.equal(await leaks(), false);

    const mend = await change('aiservicebackend/ai-gateway/gemini-flash', [
      { op: 'remove', path: '/spec/headerMutation' },
    ]);
    assert.deepEqual(found(), ['R19 aiservicebackend/ai-gateway/gemini-flash /spec/headerMutation/remove']);
    assert.ok(await until(leaks, 30, 500));
    await mend();
    assert.ok(await until(async () => !(await leaks()), 30, 500));
    await withScript();
  });

  test('R05: without a buffer limit a prompt of 40 KB is answered with 413', async () => {
    const long = { workload: 'toolbench-agent', bytes: 40_000 };
    assert.equal(await ask(long), 200);
    const mend = await change('clienttrafficpolicy/ai-gateway/ai-gateway', [
      { op: 'remove', path: '/spec/connection/bufferLimit' },
    ]);
    assert.deepEqual(found(), ['R05 clienttrafficpolicy/ai-gateway/ai-gateway /spec/connection/bufferLimit']);
    assert.ok(await answers(long, 413));
    assert.equal(await ask({ ...long, bytes: 20_000 }), 200);
    await mend();
    assert.ok(await answers(long, 200));
  });

  test('R06: with a shorter backendRequest a model that hangs is the end of a request, and no fallback is asked', async () => {
    const server = await project.pidOf('stand-in:gpt-oss-120b');
    /** How a request for it ends while the first choice hangs. */
    const hanging = async (): Promise<number> => {
      process.kill(server, 'SIGSTOP');
      try {
        return await ask({ workload: 'patient' });
      } finally {
        process.kill(server, 'SIGCONT');
      }
    };
    const path = '/spec/rules/0/timeouts/backendRequest';
    const mend = await change('aigatewayroute/ai-gateway/patient', [{ op: 'add', path, value: '2s' }]);
    assert.deepEqual(found(), [`R06 aigatewayroute/ai-gateway/patient ${path}`]);
    assert.equal(await hanging(), 504);
    await mend();
    assert.equal(await hanging(), 200);
  });
});
