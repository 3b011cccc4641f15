import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePlatform } from '../../config';
import { vksDocument } from './vks-document';
import { refuses, refusesAt } from './vks-refused';

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
    /1 node of gpu-4x-h100 is too few: 2 pods of gpt-oss-120b with 4 GPUs each need 2/,
    /use 2 or more/,
  );
});

test('refuses GPU nodes with fewer GPUs than a model server takes', () => {
  refuses(
    (vks) => {
      vks.pools.gpu.gpuClass.devices = 2;
    },
    'pools.gpu.gpuClass',
    /gpt-oss-120b does not fit on a node of gpu-4x-h100: it needs 4 GPUs, and a node has 2/,
  );
});

test('refuses GPU nodes with too little memory for a model server', () => {
  refuses(
    (vks) => {
      vks.pools.gpu.gpuClass.memory = '96Gi';
    },
    'pools.gpu.gpuClass',
    /it needs 96 GiB of memory, and a node has 87\.5 GiB left of its 96Gi/,
  );
});

test('refuses a model on GPUs without a pool of them', () => {
  refuses(
    (vks) => {
      delete vks.pools.gpu;
    },
    'pools.gpu',
    /is required: gpt-oss-120b needs 4 GPUs/,
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
    /1 nodes with maxSurge 1 need 2 sets of GPUs, and the hosts have 1 set of 4 GPUs/,
    /use 0, or set hostGroups if the hosts have 2/,
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
    /the hosts have 2 sets of 4 GPUs, and the pool has up to 3 nodes/,
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

test('refuses fewer nodes at most than at least', () => {
  refuses(
    (vks) => {
      vks.pools.gateway = { vmClass: 'guaranteed-xlarge', min: 4, max: 3 };
    },
    'pools.gateway.max',
    /max 3 is less than min 4/,
  );
});

test('refuses a number of nodes beside the bounds of an autoscaler', () => {
  refuses(
    (vks) => {
      Object.assign(vks.pools.gpu, { replicas: 1, min: 1, max: 2 });
    },
    'pools.gpu.replicas',
    /each would undo the changes of the other/,
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
    /Envoy does not fit on a node of guaranteed-medium: it needs 2\.51 CPUs, and a node has 1\.43 left of its 2/,
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
    /2 nodes .* too few: 3 Envoys \(2 replicas, and 1 during a rolling update\) with 6\.51 CPUs each need 3/,
  );
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
    /has no effect without a GPU pool/,
  );
});
