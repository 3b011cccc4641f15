import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePlatform } from '../../config';
import { vksDocument } from './vks-document';
import { refuses, refusesAt } from './vks-refused';

test('refuses Services inside the network of pods', () => {
  refuses(
    (vks) => {
      vks.network = { pods: '10.96.0.0/12' };
    },
    'network.services',
    /10\.96\.0\.0\/16 overlaps pods 10\.96\.0\.0\/12/,
  );
});

test('refuses pods inside a network of others', () => {
  refuses(
    (vks) => {
      vks.network = { reserved: ['192.168.0.0/16', '172.16.0.0/12'] };
    },
    'network.pods',
    /172\.20\.0\.0\/16 overlaps the reserved network 172\.16\.0\.0\/12/,
  );
});

test('refuses a network that begins in the middle of one', () => {
  refuses(
    (vks) => {
      vks.network = { pods: '172.20.1.0/16' };
    },
    'network.pods',
    /use 172\.20\.0\.0\/16/,
  );
});

test('refuses a network that is none', () => {
  refuses(
    (vks) => {
      vks.network = { pods: '172.300.0.0/16' };
    },
    'network.pods',
    /is not an IPv4 network/,
  );
});

test('refuses pods without a /24 for every node that there may be', () => {
  refuses(
    (vks) => {
      vks.network = { pods: '172.20.0.0/21' };
    },
    'network.pods',
    /a \/24 for 8 nodes, and there may be 12: control plane 3 \+ 1, system 3 \+ 1, gateway 2 \+ 1, gpu 1 \+ 0/,
    /use a \/16/,
  );
});

test('refuses a minor version without a release', () => {
  for (const version of ['v1.34', '1.34.2', 'v1.34.2', 'latest']) {
    refuses(
      (vks) => {
        vks.kubernetesVersion = version;
      },
      'kubernetesVersion',
      /is not a whole release such as v1\.34\.2\+vmware\.2: less than that floats/,
    );
  }
});

test('refuses a release that the ClusterClass does not make', () => {
  refuses(
    (vks) => {
      vks.kubernetesVersion = 'v1.32.8+vmware.1';
    },
    'kubernetesVersion',
    /builtin-generic-v3\.7\.0 supports Kubernetes 1\.33 to 1\.36, and this release is 1\.32/,
  );
});

test('refuses a ClusterClass with other variables', () => {
  refuses(
    (vks) => {
      vks.clusterClass = 'builtin-generic-v3.1.0';
    },
    'clusterClass',
    /variables of older classes have other names/,
  );
});

test('refuses names that are no DNS labels', () => {
  const label = /DNS label/;
  refuses((vks) => Object.assign(vks, { name: 'AI_Prod' }), 'name', label);
  refuses((vks) => Object.assign(vks.namespace, { name: 'ai_prod' }), 'namespace.name', label);
  refuses((vks) => Object.assign(vks.pools.gpu.gpuClass, { name: 'GPU' }), 'pools.gpu.gpuClass.name', label);
});

test('refuses a cluster without a default storage class', () => {
  refuses(
    (vks) => {
      delete vks.storage.default;
    },
    'storage.default',
    /is required/,
  );
  refuses(
    (vks) => {
      vks.namespace.storagePolicies = ['vsan-gold', 'vsan-silver'];
      vks.storage = { nodes: 'vsan-gold', volumes: ['vsan-gold'], default: 'vsan-silver' };
    },
    'storage.default',
    /vsan-silver is not in volumes \(vsan-gold\)/,
  );
});

test('refuses a storage class without a storage policy', () => {
  refuses(
    (vks) => {
      vks.storage.nodes = 'vsan-bronze';
    },
    'storage.nodes',
    /no storage policy of the vSphere Namespace provides the StorageClass vsan-bronze: they provide vsan-gold/,
  );
});

test("a storage class is its policy's name in lower case", () => {
  const named = vksDocument((vks) => {
    vks.namespace.storagePolicies = ['vSAN Gold'];
    vks.storage.default = 'vsan-gold-latebinding';
  });
  assert.doesNotThrow(() => parsePlatform(named));
});

test('refuses an even number of control plane nodes', () => {
  refuses(
    (vks) => Object.assign(vks, { controlPlane: { replicas: 2 } }),
    'controlPlane.replicas',
    /majority/,
  );
});

test('refuses a vSphere Namespace of its own without a vCenter, and without the id of the Supervisor', () => {
  refuses(
    (vks) => {
      delete vks.vcenter;
    },
    'vcenter',
    /is required: the platform creates the vSphere Namespace, the GPU class in it/,
  );
  refuses(
    (vks) => {
      delete vks.supervisor.id;
    },
    'supervisor.id',
    /is required/,
  );
});

test('refuses a Supervisor that is reached in two ways, or in none', () => {
  refuses(
    (vks) => {
      vks.supervisor.kubeconfigSecret = 'supervisor-kubeconfig';
    },
    'supervisor',
    /exactly one of context and kubeconfigSecret/,
  );
  refuses((vks) => Object.assign(vks, { supervisor: { id: 'f0' } }), 'supervisor', /has none/);
});

test('refuses a stack that has no cluster and does not say which stack has', () => {
  refusesAt(
    (_, document) => {
      document.layers = ['serving', 'gateway'];
    },
    'clusterStack',
    /is required: this stack does not create the layer cluster/,
  );
  refusesAt(
    (_, document) => {
      document.clusterStack = 'prod-cluster';
    },
    'clusterStack',
    /creates the layer cluster itself/,
  );
});

test('refuses the layer cluster where the cluster is there', () => {
  refusesAt(
    (_, document) => {
      document.cluster = { existing: { context: 'prod' } };
      document.layers = ['cluster', 'serving'];
    },
    'layers',
    /is not a layer of a stack/,
  );
});
