import { commandLineOf, numberAt } from '../../command-line';
import { factsOf } from '../../model-facts';
import { type ModelServer, modelOf, modelServersIn } from '../../model-servers';
import { SERVERS } from '../../pods';
import { defineRule, type Violation } from '../../rule';
import { ARGS, VLLM } from '../baseline/model-server';
import { CONTAINER, container, SERVER } from './samples';

const AT = `${SERVER} ${CONTAINER}/args`;

const served = (model: string, ...flags: readonly string[]) => ({
  args: [model, ...ARGS.slice(1), ...flags],
});

const gpus = (count: string) => ({
  requests: { ...VLLM.resources?.requests, 'nvidia.com/gpu': count },
  limits: { ...VLLM.resources?.limits, 'nvidia.com/gpu': count },
});

export const modelSizes = defineRule({
  id: 'S40',
  title: 'the sizes that a model server is given fit its model',
  effect: 'failing',
  why:
    'Tensor parallelism gives each GPU the same number of attention heads, and a context longer than the model was made ' +
    'for is refused: vLLM ends at start.',
  source:
    'vLLM 0.33, config/model.py (verify_with_parallel_config, get_and_verify_max_len); config.json of the models, as Lightning-AI/litgpt, litgpt/config.py, has them',
  fix: 'use a --tensor-parallel-size that divides the heads, and a --max-model-len up to the context of the model',
  area: 'serving',
  scope: 'graph',
  kinds: [...SERVERS],
  good: [
    {
      shows: 'four parts of 28 heads',
      change: container(served('Qwen/Qwen2.5-7B-Instruct', '--max-model-len=32768')),
    },
    {
      shows: 'a context that is scaled',
      change: container(
        served('Qwen/Qwen3-32B', '--max-model-len=131072', '--hf-overrides={"rope_scaling":{}}'),
      ),
    },
    {
      shows: 'a model that nobody knows',
      change: container(served('acme/Qwen2.5-7B', '--max-model-len=999999')),
    },
  ],
  bad: [
    {
      shows: 'eight parts of 28 heads',
      change: container({
        args: [
          'Qwen/Qwen2.5-7B-Instruct',
          ...ARGS.slice(1).filter((arg) => !/tensor-parallel/.test(arg)),
          '--tensor-parallel-size=8',
        ],
        resources: gpus('8'),
      }),
      finds: [AT],
    },
    {
      shows: 'a context that is too long',
      change: container(served('Qwen/Qwen3-8B', '--max-model-len', '131072')),
      finds: [AT],
    },
  ],
  check: (_, one) => modelServersIn(one).flatMap(sizeFaults),
});

/** What makes a context longer, or decides on sizes elsewhere. */
const SCALED = ['hf-overrides', 'rope-scaling', 'hf-config-path', 'config'];

function sizeFaults(server: ModelServer): Violation[] {
  const line = commandLineOf(server.container);
  const model = modelOf(server);
  const facts = model === undefined ? undefined : factsOf(model);
  if (facts === undefined || line.isOpen) return [];
  const pointer = `${server.at}/${server.container.args === undefined ? 'command' : 'args'}`;
  const parts = numberAt(line, 'tensor-parallel-size') ?? 1;
  const length = numberAt(line, 'max-model-len') ?? 0;
  const mayBeLonger =
    SCALED.some((flag) => line.flags.has(flag)) ||
    (server.container.env ?? []).some(({ name }) => name === 'VLLM_ALLOW_LONG_MAX_MODEL_LEN');
  return [
    ...(parts > 0 && facts.heads % parts > 0
      ? [
          {
            pointer,
            problem: `${model} has ${facts.heads} attention heads, which ${parts} GPUs cannot share evenly`,
          },
        ]
      : []),
    ...(length > facts.context && !mayBeLonger
      ? [
          {
            pointer,
            problem: `--max-model-len is ${length}, and the context of ${model} is ${facts.context}`,
            fix: `use at most ${facts.context}, or scale the context with --hf-overrides`,
          },
        ]
      : []),
  ];
}
