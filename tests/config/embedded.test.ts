import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePlatform } from '../../config';
import { type Draft, papersDocument } from './papers-document';
import { refuses } from './refused';

const overTwoNodes = (document: Draft) => {
  document.models['gpt-oss-120b'].vllm = {
    tensorParallelSize: 4,
    pipelineParallelSize: 2,
    weights: { pvc: { accessMode: 'ReadWriteMany' } },
  };
};

test('refuses a replica over several nodes where no controller makes its pods', () => {
  refuses(overTwoNodes, 'models.gpt-oss-120b.vllm.pipelineParallelSize', /takes 2 nodes.*no controller/);
});

test('a replica over several nodes is fine in an existing cluster', () => {
  const document = papersDocument((draft) => {
    overTwoNodes(draft);
    draft.cluster = { existing: { context: 'prod' } };
  });
  assert.doesNotThrow(() => parsePlatform(document));
});

test('the embedded datacenter has one GPU node unless the document says how many', () => {
  const nodesOf = (local: object) => {
    const { cluster } = parsePlatform(
      papersDocument((draft) => Object.assign(draft, { cluster: { local } })),
    );
    return cluster.kind === 'local' && cluster.gpuNodes;
  };
  assert.equal(nodesOf({}), 1);
  assert.equal(nodesOf({ gpuNodes: 2 }), 2);
});

test('refuses no GPU node at all', () => {
  const none = (draft: Draft) => Object.assign(draft, { cluster: { local: { gpuNodes: 0 } } });
  refuses(none, 'cluster.local.gpuNodes', /whole number of nodes/);
});

test('refuses an Envoy that no node of the embedded datacenter has room for, with what there is', () => {
  refuses(
    (draft) => {
      draft.gateway.memory = '64Gi';
    },
    'gateway.memory',
    /64Gi for one Envoy does not fit on a node .* of 64Gi, the other containers of its pod leave 65248Mi/,
  );
  refuses(
    (draft) => {
      draft.gateway.cpu = 16;
    },
    'gateway.cpu',
    /16 for one Envoy does not fit on a node .* of 16 CPUs, .* leave 15 \(use 15 or less/,
  );
});

test('an Envoy of that size is fine in an existing cluster', () => {
  const document = papersDocument((draft) => {
    draft.cluster = { existing: { context: 'prod' } };
    Object.assign(draft.gateway, { cpu: 16, memory: '64Gi' });
  });
  assert.doesNotThrow(() => parsePlatform(document));
});
