import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Kube, LiveObject } from '../../local/kube';
import { HostPod } from '../../local/kubelet';
import { newFolder } from './scratch';

const POD: LiveObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'proxy-1',
    namespace: 'system',
    annotations: { 'topology.kubernetes.io/zone': 'zone-a' },
  },
  spec: {
    containers: [
      {
        name: 'envoy',
        args: ['--service-node', '$(POD_NAME)', '--zone', '$(ZONE)', '$(UNKNOWN)'],
        env: [
          { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
          {
            name: 'ZONE',
            valueFrom: { fieldRef: { fieldPath: "metadata.annotations['topology.kubernetes.io/zone']" } },
          },
          { name: 'BOTH', value: '$(POD_NAME)/$(ZONE)' },
        ],
        volumeMounts: [
          { name: 'certs', mountPath: '/certs' },
          { name: 'token', mountPath: '/var/run/secrets/token' },
        ],
      },
    ],
    initContainers: [{ name: 'sidecar', volumeMounts: [{ name: 'sds', mountPath: '/sds' }] }],
    volumes: [
      { name: 'certs', secret: { secretName: 'envoy' } },
      { name: 'sds', configMap: { name: 'sds' } },
      { name: 'maybe', configMap: { name: 'absent', optional: true } },
    ],
  },
};

/** An API server that holds what the test gives it, by kind and name. */
function apiServer(objects: Record<string, Partial<LiveObject>>): Kube {
  return {
    get: async (_: string, kind: string, name: string) => objects[`${kind}/${name}`],
  } as unknown as Kube;
}

test('a container gets its arguments, environment and mounts as the kubelet would give them', () => {
  const folder = newFolder();
  const pod = new HostPod(apiServer({}), POD, folder, join(folder, 'hosts'));
  const envoy = pod.container('envoy');
  assert.deepEqual(envoy?.args, ['--service-node', 'proxy-1', '--zone', 'zone-a', '$(UNKNOWN)']);
  assert.equal(envoy?.env.BOTH, 'proxy-1/zone-a');
  assert.deepEqual(envoy?.fixedPaths, {
    '/etc/hosts': join(folder, 'hosts'),
    '/certs': join(folder, 'pods/proxy-1/certs'),
  });
  assert.deepEqual(Object.keys(pod.container('sidecar')?.fixedPaths ?? {}), ['/etc/hosts', '/sds']);
  assert.equal(pod.container('none'), undefined);
});

test('volumes hold what Secrets and ConfigMaps hold, for the owner only, and say when they changed', async () => {
  const folder = newFolder();
  const secret = { data: { 'tls.key': Buffer.from('one').toString('base64') } };
  const objects = { 'Secret/envoy': secret, 'ConfigMap/sds': { data: { 'sds.json': '{}' } } };
  const pod = new HostPod(apiServer(objects), POD, folder, join(folder, 'hosts'));
  const key = join(folder, 'pods/proxy-1/certs/tls.key');

  assert.equal(await pod.syncVolumes(), true);
  assert.equal(pod.changed, true);
  assert.equal(readFileSync(key, 'utf8'), 'one');
  assert.equal(statSync(key).mode & 0o777, 0o600);
  assert.equal(readFileSync(join(folder, 'pods/proxy-1/sds/sds.json'), 'utf8'), '{}');

  assert.equal(await pod.syncVolumes(), true);
  assert.equal(pod.changed, false);

  secret.data['tls.key'] = Buffer.from('two').toString('base64');
  await pod.syncVolumes();
  assert.equal(pod.changed, true);
  assert.equal(readFileSync(key, 'utf8'), 'two');
});

test('a pod waits for a Secret that is missing', async () => {
  const folder = newFolder();
  const pod = new HostPod(apiServer({}), POD, folder, join(folder, 'hosts'));
  assert.equal(await pod.syncVolumes(), false);
  assert.equal(existsSync(join(folder, 'pods/proxy-1/certs/tls.key')), false);
});
