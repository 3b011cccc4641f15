import { commandLineOf, numberAt } from '../../command-line';
import { type ModelServer, modelServersIn } from '../../model-servers';
import { SERVERS } from '../../pods';
import { defineRule, type Violation } from '../../rule';
import { VLLM } from '../baseline/model-server';
import { DEVICE } from './gpus';
import { args, CONTAINER, pod, SERVER } from './samples';

const LIMITS = `${SERVER} ${CONTAINER}/resources/limits`;

export const dataParallelGpus = defineRule({
  id: 'S45',
  title: 'a model server has GPUs for each replica of its data',
  effect: 'failing',
  why:
    'Each replica of --data-parallel-size has workers of its own, tensor × pipeline parallel size of them. Without ' +
    '--data-parallel-size-local all replicas start in the one pod, and those that find no GPU end the server.',
  source:
    'vLLM 0.33, engine/arg_utils.py (data_parallel_size_local) and v1/engine/utils.py (get_device_indices)',
  fix: 'give the container data × tensor × pipeline parallel size GPUs, or lower one of the sizes',
  area: 'serving',
  scope: 'graph',
  kinds: [...SERVERS],
  good: [
    { shows: 'two replicas of two', change: args('--tensor-parallel-size=2', '--data-parallel-size=2') },
    {
      shows: 'one of two replicas in each pod',
      change: args(
        '--data-parallel-size=2',
        '--data-parallel-size-local=1',
        '--data-parallel-address=oss-0.oss',
      ),
    },
    { shows: 'a rank of its own', change: args('--data-parallel-size=2', '--data-parallel-rank=0') },
    {
      shows: 'a claim of as many devices',
      change: claimed(4),
    },
  ],
  bad: [
    { shows: 'two replicas of four', change: args('-dp=2'), finds: [LIMITS] },
    {
      shows: 'more replicas in the pod than GPUs',
      change: args('--tensor-parallel-size=1', '--data-parallel-size=16', '--data-parallel-size-local=8'),
      finds: [LIMITS],
    },
    {
      shows: 'a claim of two devices for four workers',
      change: claimed(2),
      finds: [`${SERVER} ${CONTAINER}/resources/claims`],
    },
  ],
  check: (all, one) =>
    modelServersIn(one).flatMap((server): Violation[] => {
      const needed = workersInPod(server);
      if (needed === undefined) return [];
      const { resources = {} } = server.container;
      const given = Object.entries(resources.limits ?? {}).filter(([name]) => new RegExp(DEVICE).test(name));
      const count = given.reduce((sum, [, value]) => sum + Number(value), 0);
      const { replicas, size } = needed;
      if (given.length > 0 && replicas > 1 && count < replicas * size) {
        const problem = `${replicas} replicas of ${size} workers need ${replicas * size} GPUs, and the container has ${count}`;
        return [{ pointer: `${server.at}/resources/limits`, value: resources.limits, problem }];
      }
      const devices = claimedDevices(all.ofForeignKind('resource.k8s.io', 'ResourceClaimTemplate'), server);
      if (given.length > 0 || devices === undefined || devices >= replicas * size) return [];
      return [
        {
          pointer: `${server.at}/resources/claims`,
          problem: `the server starts ${replicas * size} workers, and its claims have ${devices} devices`,
          fix: 'raise the count of the claim, or lower the parallel sizes',
        },
      ];
    }),
});

/** Places of replicas that are not all in this pod. */
const ELSEWHERE = [
  ...['data-parallel-address', 'data-parallel-rank', 'data-parallel-start-rank', 'data-parallel-external-lb'],
  ...[
    'data-parallel-hybrid-lb',
    'data-parallel-backend',
    'nnodes',
    'headless',
    'distributed-executor-backend',
  ],
  ...['device', 'device-ids', 'prefill-context-parallel-size'],
];

/** How many replicas a pod starts, and how many workers each has; undefined where nobody can know it. */
function workersInPod({ container, object }: ModelServer) {
  const line = commandLineOf(container);
  if (line.isOpen || object.kind === 'LeaderWorkerSet' || container.image?.includes('cpu')) return undefined;
  const local = numberAt(line, 'data-parallel-size-local');
  const isElsewhere = ELSEWHERE.some((flag) => line.flags.has(flag));
  const hidden = ELSEWHERE.slice(-6).some((flag) => line.flags.has(flag) && flag !== 'headless');
  if (hidden || (local === undefined && isElsewhere) || / ray |ray start/.test(line.words.join(' ')))
    return undefined;
  const replicas = local ?? numberAt(line, 'data-parallel-size') ?? 1;
  const size =
    (numberAt(line, 'tensor-parallel-size') ?? 1) * (numberAt(line, 'pipeline-parallel-size') ?? 1);
  return Number.isNaN(replicas * size) ? undefined : { replicas, size };
}

/** The devices that the claims of a container ask for by number; undefined where one says it otherwise. */
function claimedDevices(
  templates: readonly object[],
  { container, spec, namespace }: ModelServer,
): number | undefined {
  const claims = container.resources?.claims ?? [];
  if (claims.length === 0) return undefined;
  const counts = claims.map(({ name, ...claim }) => {
    const source = (Reflect.get(spec, 'resourceClaims') ?? []).find(
      (each: { name: string }) => each.name === name,
    );
    const template = templates.find((each) => {
      const { name: own, namespace: at = '' } = Object(Reflect.get(each, 'metadata'));
      return own === Reflect.get(source ?? {}, 'resourceClaimTemplateName') && at === namespace;
    });
    const requests: readonly DeviceRequest[] =
      Object(template && Reflect.get(template, 'spec')).spec?.devices?.requests ?? [];
    const wanted = Reflect.get(claim, 'request');
    const meant = requests.filter((each) => wanted === undefined || each.name === wanted);
    return meant.length === 0 ? Number.NaN : meant.map(countOf).reduce((a, b) => a + b, 0);
  });
  const total = counts.reduce((a, b) => a + b, 0);
  return Number.isNaN(total) ? undefined : total;
}

interface DeviceRequest {
  readonly name: string;
  readonly exactly?: Omit<DeviceRequest, 'name' | 'exactly'>;
  readonly deviceClassName?: string;
  readonly allocationMode?: string;
  readonly count?: number;
}

/** Of a class of whole GPUs: `v1` has it below `exactly`, older versions beside the name. */
function countOf({ exactly, ...own }: DeviceRequest): number {
  const { deviceClassName = '', allocationMode = 'ExactCount', count = 1 } = exactly ?? own;
  return allocationMode === 'ExactCount' && /^gpu\.(?:nvidia|amd)\.com$/.test(deviceClassName)
    ? count
    : Number.NaN;
}

function claimed(count: number): Record<string, object> {
  return {
    ...pod({
      resourceClaims: [{ name: 'gpus', resourceClaimTemplateName: 'gpus' }],
      containers: [{ ...VLLM, resources: { claims: [{ name: 'gpus' }] } }],
    }),
    'resourceclaimtemplate/ai/gpus': {
      apiVersion: 'resource.k8s.io/v1',
      kind: 'ResourceClaimTemplate',
      metadata: { namespace: 'ai', name: 'gpus' },
      spec: {
        spec: {
          devices: { requests: [{ name: 'gpu', exactly: { deviceClassName: 'gpu.nvidia.com', count } }] },
        },
      },
    },
  };
}
