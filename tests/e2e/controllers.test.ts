import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { waitForDataPlane } from '../../cli/start';
import { controllerPorts } from '../../local/controllers';
import { holderOf } from '../../local/ports';
import { until } from '../../local/until';
import { ask, LISTENER } from './chat';
import { Cluster } from './cluster';
import { processesOf } from './processes';
import { begin, shared } from './shared';

const APPS = '/apis/apps/v1/namespaces';
const DEPLOYMENTS = [
  `${APPS}/envoy-gateway-system/deployments/envoy-gateway`,
  `${APPS}/envoy-gateway-system/deployments/limiter-redis`,
  `${APPS}/envoy-gateway-system/deployments/envoy-ratelimit`,
  `${APPS}/envoy-ai-gateway-system/deployments/ai-gateway-controller`,
];

describe("the controllers' own charts on the embedded datacenter", () => {
  const project = shared;
  let cluster: Cluster;

  const namespaceNames = async (): Promise<string[]> =>
    (await cluster.list('/api/v1/namespaces')).map(({ metadata }) => metadata.name);

  before(async () => {
    await begin();
    cluster = new Cluster(project.state);
    project.edit((platform) => {
      platform.controllers = { install: true };
      platform.protect = true;
    });
    const text = await project.update();
    await waitForDataPlane(project.state);
    assert.match(text, /Deployment envoy-gateway:envoy-gateway-system\/envoy-gateway created/);
    assert.match(text, /Deployment ai-gateway:envoy-ai-gateway-system\/ai-gateway-controller created/);
  });

  test('every controller is available, and the gateway answers [controllers-available]', async () => {
    for (const path of DEPLOYMENTS) {
      const { status } = await cluster.get(path);
      assert.equal(status.availableReplicas, 1, path);
    }
    assert.ok(await until(async () => (await ask('toolbench-agent')) === 200, 30, 500));
  });

  test("the webhook has a certificate of the stack's own, for ten years, and the process's address here", async () => {
    const { X509Certificate } = await import('node:crypto');
    const { data } = await cluster.get(
      '/api/v1/namespaces/envoy-ai-gateway-system/secrets/self-signed-cert-for-mutating-webhook',
    );
    const certificate = new X509Certificate(Buffer.from(data['tls.crt'], 'base64'));
    assert.match(certificate.subjectAltName ?? '', /ai-gateway-controller\.envoy-ai-gateway-system\.svc/);
    const years = (Date.parse(certificate.validTo) - Date.now()) / (365 * 86_400_000);
    assert.ok(years > 9, certificate.validTo);
    const { webhooks } = await cluster.get(
      '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/envoy-ai-gateway-gateway-pod-mutator.envoy-ai-gateway-system',
    );
    assert.equal(webhooks.length, 1);
    assert.equal(webhooks[0].clientConfig.url, 'https://127.0.0.1:9443/mutate');
  });

  test('an update without a change makes none: certificate and hooks stay [controllers-unchanged]', async () => {
    const { code, text } = await project.pulumi(['up', '--yes', '--skip-preview', '--expect-no-changes'], 8);
    assert.equal(code, 0, text);
  });

  test('the private key is nowhere in clear in the state that pulumi keeps', async () => {
    const { text } = await project.pulumi(['stack', 'export']);
    assert.ok(text.includes('self-signed-cert-for-mutating-webhook'));
    // A rule about credentials in the clear names what begins a key; a key goes on after that.
    assert.doesNotMatch(text, /PRIVATE KEY-----(\\+[nr]|\s)*[A-Za-z0-9+/]{16}/);
  });

  test('protected, nothing of them is destroyed [protect-controllers]', async () => {
    const before = await cluster.inventory();
    const { code, text } = await project.pulumi(['destroy', '--yes', '--skip-preview'], 8);
    assert.notEqual(code, 0, text);
    assert.doesNotMatch(text, /- {2}kubernetes:\S+ \S+ deleted/);
    assert.deepEqual(await cluster.inventory(), before);
    project.edit((platform) => {
      platform.protect = false;
    });
    await project.update();
  });

  describe('destroyed', () => {
    before(async () => {
      const { code, text } = await project.pulumi(['destroy', '--yes', '--skip-preview'], 8);
      assert.equal(code, 0, text);
    });

    test('destroy leaves nothing of them', async () => {
      const namespaces = await namespaceNames();
      assert.deepEqual(
        namespaces.filter((name) => /^envoy-/.test(name)),
        [],
      );
      const webhooks = await cluster.list(
        '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations',
      );
      assert.deepEqual(webhooks, []);
    });

    test('destroy removes every object of ours', async () => {
      const namespaces = await namespaceNames();
      assert.deepEqual(
        namespaces.filter((name) => name.startsWith('ai-')),
        [],
      );
      assert.deepEqual(await cluster.list('/apis/apiextensions.k8s.io/v1/customresourcedefinitions'), []);
      const proxies = async () => (await project.status()).components.some(({ name }) => name === 'envoy');
      assert.ok(await until(async () => !(await proxies()), 30, 500));
    });

    test('down leaves no process and no port', async () => {
      const { code, text } = await project.cli(['local', 'down']);
      assert.equal(code, 0, text);
      assert.deepEqual(processesOf(project.state), []);
      assert.deepEqual(
        [...controllerPorts, LISTENER].filter((port) => holderOf(port) !== undefined),
        [],
      );
    });
  });
});
