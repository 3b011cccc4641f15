import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePlatform } from '../../config';
import type { Draft } from './papers-document';
import { mistakeOf } from './refused';
import { vksDocument } from './vks-document';

/** Checks that one edit of the VKS document is refused with one mistake at `cluster.vks.<path>`. */
function refuses(
  edit: (vks: Draft, document: Draft) => void,
  path: string,
  ...said: readonly RegExp[]
): void {
  refusesAt(edit, `cluster.vks.${path}`, ...said);
}

function refusesAt(
  edit: (vks: Draft, document: Draft) => void,
  path: string,
  ...said: readonly RegExp[]
): void {
  const mistake = mistakeOf(() => parsePlatform(vksDocument(edit)));
  assert.equal(mistake.path, path);
  for (const pattern of said) assert.match(`${mistake.problem} (${mistake.fix})`, pattern);
}

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

test('refuses a GPU pool with too few nodes for its models [gpu-pool-too-small]', () => {
  refuses(
    (vks, document) => {
      vks.pools.gpu.replicas = 1;
      document.models['gpt-oss-120b'].vllm = {
        tensorParallelSize: 4,
        replicas: 2,
        weights: { pvc: { accessMode: 'ReadWriteMany' } },
      };
    },
    'pools.gpu.replicas',
    /1 node of gpu-4x-h100 is too few: 2 pods of gpt-oss-120b with 4 GPUs each take 2/,
    /use 2 or more/,
  );
});

test('refuses GPU nodes with fewer GPUs than a model server takes', () => {
  refuses(
    (vks) => {
      vks.pools.gpu.gpuClass.devices = 2;
    },
    'pools.gpu.gpuClass',
    /gpt-oss-120b does not fit into a node of gpu-4x-h100: it takes 4 GPUs, and a node has 2/,
  );
});

test('refuses GPU nodes with too little memory for a model server', () => {
  refuses(
    (vks) => {
      vks.pools.gpu.gpuClass.memory = '96Gi';
    },
    'pools.gpu.gpuClass',
    /it takes 96 GiB of memory, and a node has 87\.5 GiB left of its 96Gi/,
  );
});

test('refuses a model on GPUs without a pool of them', () => {
  refuses(
    (vks) => {
      delete vks.pools.gpu;
    },
    'pools.gpu',
    /is required: gpt-oss-120b takes 4 GPUs/,
  );
});

test('refuses a model that is planned for other GPUs than the pool has', () => {
  refusesAt(
    (vks) => {
      vks.pools.gpu.gpuClass.profile = 'nvidia_h200x-141c';
    },
    'models.gpt-oss-120b.vllm.gpu',
    /the GPU pool has nvidia_h200x-141c.*use h200-sxm-141gb/,
  );
});

test('refuses a surge without a spare set of GPUs', () => {
  refuses(
    (vks) => {
      vks.pools.gpu.maxSurge = 1;
    },
    'pools.gpu.maxSurge',
    /1 nodes and 1 that comes before another leaves take 2 sets of GPUs, and the hosts have 1 set of 4 GPUs/,
    /use 0, or say with hostGroups that the hosts have 2/,
  );
});

test('a surge is fine with a spare set of GPUs', () => {
  const spare = vksDocument((vks) => Object.assign(vks.pools.gpu, { maxSurge: 1, hostGroups: 2 }));
  assert.doesNotThrow(() => parsePlatform(spare));
});

test('refuses more GPU nodes than the hosts have sets of GPUs', () => {
  refuses(
    (vks) => {
      Object.assign(vks.pools.gpu, { replicas: 3, hostGroups: 2 });
    },
    'pools.gpu.hostGroups',
    /the hosts have 2 sets of 4 GPUs and the pool has up to 3 nodes/,
  );
});

test('refuses Photon for GPU nodes', () => {
  refuses(
    (vks) => {
      vks.pools.gpu.osImage = 'photon-5';
    },
    'pools.gpu.osImage',
    /no driver for Photon.*use ubuntu-24\.04/,
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
    /builtin-generic-v3\.7\.0 makes Kubernetes 1\.33 to 1\.36, and this is 1\.32/,
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

test('refuses memory that is not a multiple of 4 MB', () => {
  refuses(
    (vks) => {
      vks.pools.gpu.gpuClass.memory = '786430Mi';
    },
    'pools.gpu.gpuClass.memory',
    /not a multiple of 4 MB.*use 786428Mi/,
  );
});

test('refuses a GPU class without all of its memory reserved', () => {
  refuses(
    (vks) => {
      vks.pools.gpu.gpuClass.memoryReservation = 50;
    },
    'pools.gpu.gpuClass.memoryReservation',
    /50 % of the memory is reserved.*use 100/,
  );
});

test('refuses a device group of other devices', () => {
  refuses(
    (vks) => {
      vks.pools.gpu.gpuClass.deviceGroup = 'Nvidia:8@nvidia_h100xm-80c%NVLink';
    },
    'pools.gpu.gpuClass.deviceGroup',
    /not the group of 4 nvidia_h100xm-80c.*use Nvidia:4@nvidia_h100xm-80c%NVLink/,
  );
});

test('refuses a device group that no host offers', () => {
  refuses(
    (vks) => {
      vks.pools.gpu.gpuClass.deviceGroup = '4 x H100';
    },
    'pools.gpu.gpuClass.deviceGroup',
    /is not a device group such as Nvidia:4@/,
  );
});

test('refuses a part of a GPU', () => {
  refuses(
    (vks) => {
      vks.pools.gpu.gpuClass.profile = 'nvidia_h100xm-40c';
    },
    'pools.gpu.gpuClass.profile',
    /not a whole GPU.*has no NVLink.*nvidia_h100xm-80c/,
  );
});

test('refuses an address space for devices that is no power of two', () => {
  refuses(
    (vks) => {
      vks.pools.gpu.gpuClass.mmio = '600Gi';
    },
    'pools.gpu.gpuClass.mmio',
    /not a power of two.*use 1Ti/,
  );
});

test('refuses names that are no DNS labels', () => {
  const label = /DNS label/;
  refuses((vks) => Object.assign(vks, { name: 'AI_Prod' }), 'name', label);
  refuses((vks) => Object.assign(vks.namespace, { name: 'ai_prod' }), 'namespace.name', label);
  refuses((vks) => Object.assign(vks.pools.gpu.gpuClass, { name: 'GPU' }), 'pools.gpu.gpuClass.name', label);
});

test('refuses two classes of one name', () => {
  refuses(
    (vks) => {
      vks.vmClasses = { 'gpu-4x-h100': { cpus: 4, memory: '16Gi' } };
    },
    'pools.gpu.gpuClass.name',
    /there is a VM class gpu-4x-h100 already/,
  );
});

test('refuses a class that nobody knows the size of', () => {
  refuses(
    (vks) => {
      vks.pools.system.vmClass = 'guaranteed-larg';
    },
    'pools.system.vmClass',
    /nobody knows how large guaranteed-larg is.*did you mean guaranteed-large/,
  );
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
    /vsan-silver is none of volumes \(vsan-gold\)/,
  );
});

test('refuses a storage class without a storage policy', () => {
  refuses(
    (vks) => {
      vks.storage.nodes = 'vsan-bronze';
    },
    'storage.nodes',
    /no storage policy of the vSphere Namespace gives a StorageClass vsan-bronze: there are vsan-gold/,
  );
});

test("a storage class is its policy's name in lower case", () => {
  const named = vksDocument((vks) => {
    vks.namespace.storagePolicies = ['vSAN Gold'];
    vks.storage.default = 'vsan-gold-latebinding';
  });
  assert.doesNotThrow(() => parsePlatform(named));
});

test('refuses fewer nodes at most than at least', () => {
  refuses(
    (vks) => {
      vks.pools.gateway = { vmClass: 'guaranteed-xlarge', min: 4, max: 3 };
    },
    'pools.gateway.max',
    /3 nodes at most are fewer than the 4 that there always are/,
  );
});

test('refuses a number of nodes beside the bounds of an autoscaler', () => {
  refuses(
    (vks) => {
      Object.assign(vks.pools.gpu, { replicas: 1, min: 1, max: 2 });
    },
    'pools.gpu.replicas',
    /each would undo what the other does/,
  );
});

test('refuses a lower bound without an upper one', () => {
  refuses((vks) => Object.assign(vks.pools.gpu, { min: 1 }), 'pools.gpu.max', /is required/);
});

test('refuses a gateway pool whose nodes are too small for Envoy', () => {
  refuses(
    (vks) => {
      vks.pools.gateway.vmClass = 'guaranteed-medium';
    },
    'pools.gateway.vmClass',
    /Envoy does not fit into a node of guaranteed-medium: it takes 2\.51 CPUs, and a node has 1\.43 left of its 2/,
    /use guaranteed-large/,
  );
});

test('refuses a gateway pool without room for the Envoy that comes before another leaves', () => {
  refuses(
    (vks, document) => {
      Object.assign(document.gateway, { cpu: 6, replicas: 2 });
      vks.pools.gateway = { vmClass: 'guaranteed-2xlarge', replicas: 2 };
    },
    'pools.gateway.replicas',
    /2 nodes .* too few: 3 Envoys \(2 replicas, and 1 while they are replaced\) with 6\.51 CPUs each take 3/,
  );
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
    /is required: the platform makes the vSphere Namespace, the GPU class there/,
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

test('refuses a GPU operator without a GPU pool', () => {
  refuses(
    (vks, document) => {
      delete vks.pools.gpu;
      delete document.models['gpt-oss-120b'];
      for (const workload of Object.values(document.workloads)) {
        Object.assign(workload as object, { model: 'gemini-flash' });
      }
      vks.gpuOperator = { nodeImage: {} };
    },
    'gpuOperator',
    /there is no GPU pool for it/,
  );
});

test('refuses a stack that has no cluster and does not say which stack has', () => {
  refusesAt(
    (_, document) => {
      document.layers = ['serving', 'gateway'];
    },
    'clusterStack',
    /is required: this stack does not make the layer cluster/,
  );
  refusesAt(
    (_, document) => {
      document.clusterStack = 'prod-cluster';
    },
    'clusterStack',
    /makes the layer cluster itself/,
  );
});

test('refuses the layer cluster where the cluster is there', () => {
  refusesAt(
    (_, document) => {
      document.cluster = { existing: { context: 'prod' } };
      document.layers = ['cluster', 'serving'];
    },
    'layers',
    /no layer of a stack/,
  );
});
