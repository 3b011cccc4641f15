import type { Board } from '../../base/board';
import { ENGINE_MODELS, maxBy, recorded, sumBy } from './expressions';
import { byNode, NO_GPU, nvlink, throughput } from './panels';

export const gpus: Board = {
  id: 'gpus',
  title: 'GPUs',
  about: 'Do the GPUs work, and do they talk to each other over NVLink?',
  lookFirst: [
    'Multiprocessors at work beside the throughput: busy GPUs without tokens hang.',
    'NVLink: silence while GPUs work with tensor parallelism costs most of their speed.',
    'Memory: vLLM takes its share at the start; a change while it runs is another process.',
  ],
  variables: { model: ENGINE_MODELS },
  sections: [
    {
      title: 'Now',
      panels: [
        {
          id: 'busiest',
          title: 'At work, busiest node',
          kind: 'stat',
          unit: 'ratio',
          width: 4,
          meaning: 'Share of the cycles in which a streaming multiprocessor has work, mean of a node’s GPUs.',
          lookAt: 'Low while requests wait: the engine waits for something else; see its log.',
          absent: NO_GPU,
          queries: [{ expression: maxBy(recorded('gpu:sm_active:avg')), legend: 'at work' }],
          thresholds: [],
          most: 1,
        },
        {
          id: 'fullest',
          title: 'Memory, fullest node',
          kind: 'stat',
          unit: 'ratio',
          width: 4,
          meaning: 'GPU memory in use, of all GPUs of a node.',
          lookAt: 'Other pods on the node, if it is more than gpuMemoryUtilization of its models.',
          absent: NO_GPU,
          queries: [{ expression: maxBy(recorded('gpu:memory_used:ratio')), legend: 'in use' }],
          thresholds: [],
          most: 1,
        },
        {
          id: 'nvlink-in-all',
          title: 'NVLink in all',
          kind: 'stat',
          unit: 'gigabytes per second',
          width: 4,
          meaning: 'What all GPUs of all nodes send and receive over NVLink.',
          lookAt: 'The nodes one by one, below.',
          absent: NO_GPU,
          queries: [{ expression: sumBy(recorded('gpu:nvlink_gigabytes_per_second:sum')), legend: 'NVLink' }],
          thresholds: [],
        },
      ],
    },
    {
      title: 'By node',
      panels: [
        {
          id: 'at-work',
          title: 'Multiprocessors at work',
          kind: 'lines',
          unit: 'ratio',
          width: 6,
          meaning:
            'Share of the cycles in which a streaming multiprocessor has work, mean of the GPUs of a node.',
          lookAt:
            'One node that differs from the others: its model server, then its GPUs (XID errors in the kernel log).',
          absent: NO_GPU,
          queries: [byNode('gpu:sm_active:avg')],
          thresholds: [],
          most: 1,
        },
        {
          id: 'memory',
          title: 'GPU memory in use',
          kind: 'lines',
          unit: 'ratio',
          width: 6,
          meaning: 'GPU memory in use, of all GPUs of a node: weights, KV cache and what the driver keeps.',
          lookAt: 'A step: a model server started or ended, or a process that does not belong there.',
          absent: NO_GPU,
          queries: [byNode('gpu:memory_used:ratio')],
          thresholds: [],
          most: 1,
        },
        nvlink,
        throughput,
      ],
    },
  ],
};
