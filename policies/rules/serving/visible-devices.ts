import { commandLineOf, numberAt } from '../../command-line';
import { modelServersIn } from '../../model-servers';
import { SERVERS } from '../../pods';
import { defineRule } from '../../rule';
import { CONTAINER, SERVER, variables } from './samples';

const NAMES = ['CUDA_VISIBLE_DEVICES', 'HIP_VISIBLE_DEVICES', 'ROCR_VISIBLE_DEVICES'];

/** Resources of which one is one device. */
const DEVICES = ['nvidia.com/gpu', 'amd.com/gpu'];

export const visibleDevices = defineRule({
  id: 'S35',
  title: 'a model server sees the GPUs that its container has',
  effect: 'failing',
  why:
    'In a container the GPUs that it claims have the numbers from 0 on. With a list of fewer than its workers need, or of ' +
    'numbers beyond, vLLM finds too few devices and fails at start.',
  source:
    'NVIDIA, CUDA programming guide, CUDA_VISIBLE_DEVICES: what follows an invalid number is invisible; vLLM 0.33, platforms/cuda.py',
  fix: 'remove the variable: the container sees its GPUs and no others',
  area: 'serving',
  scope: 'graph',
  kinds: [...SERVERS],
  good: [
    { shows: 'all of them', change: variables({ CUDA_VISIBLE_DEVICES: '0,1,2,3' }) },
    { shows: 'names of devices', change: variables({ CUDA_VISIBLE_DEVICES: 'GPU-a,GPU-b,GPU-c,GPU-d' }) },
  ],
  bad: [
    {
      shows: 'two for four workers',
      change: variables({ CUDA_VISIBLE_DEVICES: '0,1' }),
      finds: [`${SERVER} ${CONTAINER}/env/3`],
    },
    {
      shows: 'numbers of the node',
      change: variables({ CUDA_VISIBLE_DEVICES: '4,5,6,7' }),
      finds: [`${SERVER} ${CONTAINER}/env/3`],
    },
  ],
  check: (_, one) =>
    modelServersIn(one).flatMap(({ container, at }) => {
      const limits: Readonly<Record<string, unknown>> = { ...container.resources?.limits };
      const claimed = DEVICES.map((name) => Number(limits[name])).find((count) => count > 0);
      const line = commandLineOf(container);
      const workers = numberAt(line, 'tensor-parallel-size') ?? 1;
      return [...(container.env ?? []).entries()].flatMap(([index, { name, value = '' }]) => {
        if (claimed === undefined || !NAMES.includes(name) || !/^\d+(?:,\d+)*$/.test(value)) return [];
        const numbers = value.split(',').map(Number);
        const beyond = numbers.find((number) => number >= claimed);
        if (beyond === undefined && !(numbers.length < workers)) return [];
        const problem =
          beyond === undefined
            ? `${numbers.length} devices are visible to ${workers} workers`
            : `device ${beyond} is not one of the ${claimed} that the container has, which begin with 0`;
        const path = `${at}/env/${index}`;
        return [{ pointer: path, value, problem, patch: [{ op: 'remove', path }] }];
      });
    }),
});
