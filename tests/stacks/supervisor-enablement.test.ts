import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import * as pulumi from '@pulumi/pulumi';
import { enableSupervisor, refuseSupervisor, type SupervisorArgs } from '../../stacks/supervisor-enablement';

const sound: SupervisorArgs = {
  cluster: 'domain-c8',
  name: 'supervisor',
  controlPlane: {
    count: 3,
    size: 'SMALL',
    storagePolicy: 'a07f430a',
    network: { network: 'network-47', backing: { network: 'network-47' } },
  },
  workloads: {
    network: { network: 'primary', vsphere: { dvpg: 'dvportgroup-66' } },
    edge: { id: 'flb-1', foundation: { deploymentTarget: { availability: 'SINGLE_NODE' } } },
    kubeApiServerOptions: { security: { certificateDnsNames: ['supervisor.example.com'] } },
  },
};

const { workloads, controlPlane } = sound;

const said = (change: Partial<SupervisorArgs>) =>
  refuseSupervisor({ ...sound, ...change }).map(({ path, problem }) => `${path}: ${problem}`);

describe('enabling a Supervisor', () => {
  let sent: { type: string; inputs: Record<string, unknown> } | undefined;
  before(() =>
    pulumi.runtime.setMocks({
      newResource: ({ type, name, inputs }) => {
        sent = { type, inputs };
        return { id: name, state: inputs };
      },
      call: () => ({}),
    }),
  );

  test('a sound one is sent as it is', async () => {
    const made = enableSupervisor('supervisor', sound);
    await new Promise((done) => made.urn.apply(done));
    assert.equal(sent?.type, 'vsphere:index/supervisorV2:SupervisorV2');
    assert.deepEqual(sent?.inputs, sound);
  });

  test('refuses everything at once', () => {
    const wrong = { ...sound, zones: ['a', 'b', 'c'], workloads: { ...workloads, kubeApiServerOptions: {} } };
    assert.throws(() => enableSupervisor('supervisor', wrong), {
      name: 'PlatformError',
      message: /^2 mistakes\n✗ cluster: [\s\S]*✗ workloads\.kubeApiServerOptions: /,
    });
  });

  test('refuses images, storage and egress ranges, which the provider drops without a word', () => {
    const registry = { hostname: 'r', port: 443, username: 'u', password: 'p', caChain: 'c' };
    const images = { registry, repository: 'r', kubernetesContentLibrary: 'a', contentLibraries: [] };
    const ranges = [{ address: '10.0.0.0', count: 16 }];
    const problems = said({
      workloads: {
        ...workloads,
        images,
        storage: { ephemeralStoragePolicy: 'gold' },
        edge: { nsx: { egressIpRanges: ranges } },
      },
    });
    assert.deepEqual(problems, [
      'workloads.images: the vSphere provider omits it silently',
      'workloads.storage: the vSphere provider omits it silently',
      'workloads.edge.nsx.egressIpRanges: the vSphere provider omits it silently',
    ]);
  });

  test('refuses empty options of the API server, on which the provider panics', () => {
    assert.match(
      said({ workloads: { ...workloads, kubeApiServerOptions: {} } }).join(),
      /panics when it is empty/,
    );
  });

  test('refuses a proxy of its own, whose check the provider has the wrong way round', () => {
    const proxy = { settingsSource: 'CLUSTER_CONFIGURED', httpConfig: 'http://proxy:3128' };
    const network = { ...controlPlane.network, proxy };
    assert.match(
      said({ controlPlane: { ...controlPlane, network } }).join(),
      /^controlPlane\.network\.proxy: the vSphere provider rejects httpConfig with CLUSTER_CONFIGURED/,
    );
  });

  test('refuses a cluster and zones together, neither, and two control plane VMs', () => {
    const { cluster: _, ...nowhere } = sound;
    assert.match(said({ zones: ['a'] }).join(), /^cluster: needs exactly one of cluster and zones/);
    assert.equal(refuseSupervisor(nowhere).length, 1);
    assert.match(
      said({ controlPlane: { ...controlPlane, count: 2 } }).join(),
      /1 or 3 control plane VMs, not 2/,
    );
  });

  test('refuses two kinds of network or load balancer, and none', () => {
    const network = { ...workloads.network, nsx: { dvs: 'dvs-1' } };
    assert.match(
      said({ workloads: { ...workloads, network, edge: {} } }).join('\n'),
      /workloads\.network: .* has vsphere and nsx\nworkloads\.edge: .* has none/,
    );
  });
});
