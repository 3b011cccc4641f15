import { commandLineOf } from '../../command-line';
import { type ModelServer, modelOf, modelServersIn, versionOf } from '../../model-servers';
import { isMountedAt, SERVERS } from '../../pods';
import { defineRule, type Violation } from '../../rule';
import { ARGS, VLLM } from '../baseline/model-server';
import { cacheVolume } from './hub-cache';
import { CONTAINER, pod, SERVER } from './samples';

const TOKEN = { name: 'HF_TOKEN', valueFrom: { secretKeyRef: { name: 'hub', key: 'token' } } };

const GATED = 'meta-llama/Llama-3.1-8B-Instruct';

/** The sound server with a model of the hub in an empty directory. */
const served = (model: string, env: readonly object[] = [], volume: object = { emptyDir: {} }) =>
  pod({
    containers: [{ ...VLLM, args: [model, ...ARGS.slice(1)], env: [...(VLLM.env ?? []), ...env] }],
    volumes: [
      { name: 'shm', emptyDir: { medium: 'Memory', sizeLimit: '16Gi' } },
      { name: 'models', persistentVolumeClaim: { claimName: 'oss', readOnly: true } },
      { name: 'cache', ...volume },
    ],
  });

export const reachableModel = defineRule({
  id: 'S37',
  title: 'a model server can get its model',
  effect: 'failing',
  why:
    'The hub gives a gated model only to accounts that have accepted its licence: without a token the download ends with ' +
    '401, and the pod begins again for ever. A path that no volume has is not in the image: vLLM takes it for a name of ' +
    'the hub, which it cannot be, and ends.',
  source:
    'Hugging Face hub, gated models; huggingface_hub, constants.py utils/_auth.py (HF_TOKEN) and utils/_validators.py (HFValidationError)',
  fix: 'set HF_TOKEN from a Secret with the token of an account that may read the model, or mount a volume with the model',
  area: 'serving',
  scope: 'graph',
  kinds: [...SERVERS],
  fields: [`${SERVER} ${CONTAINER}/volumeMounts/2`],
  good: [
    { shows: 'a token from a Secret', change: served(GATED, [TOKEN]) },
    { shows: 'the older name', change: served(GATED, [{ ...TOKEN, name: 'HUGGING_FACE_HUB_TOKEN' }]) },
    { shows: 'an open model', change: served('Qwen/Qwen3-8B') },
    {
      shows: 'a volume that may have the model',
      change: served(GATED, [], { persistentVolumeClaim: { claimName: 'cache' } }),
    },
    {
      shows: 'a mirror of the hub',
      change: served(GATED, [{ name: 'HF_ENDPOINT', value: 'https://hub.internal' }]),
    },
  ],
  bad: [
    { shows: 'a gated model', change: served(GATED), finds: [`${SERVER} ${CONTAINER}/env`] },
    {
      shows: 'a path beside the volume',
      change: pod({ containers: [{ ...VLLM, args: ['/model/oss', ...ARGS.slice(1)] }] }),
      finds: [`${SERVER} ${CONTAINER}/volumeMounts`],
    },
    { shows: 'another one', change: served('google/gemma-3-27b-it'), finds: [`${SERVER} ${CONTAINER}/env`] },
  ],
  check: (_, one) =>
    modelServersIn(one).flatMap((server) => {
      const model = modelOf(server);
      if (model?.startsWith('/')) return pathFaults(server, model);
      if (model === undefined || !IS_GATED.test(model) || mayHaveToken(server) || mayHaveModel(server))
        return [];
      return [
        {
          pointer: `${server.at}/env`,
          problem: `${model} is gated, and the server has no token for the hub`,
        },
      ];
    }),
});

/** Of images of the project alone: others may have a model in them. */
function pathFaults({ container, at }: ModelServer, model: string): Violation[] {
  const isThere = (container.volumeMounts ?? []).some(({ mountPath }) => isMountedAt(mountPath, model));
  const isMade = container.command !== undefined && SHELL.test(container.command[0] ?? '');
  if (isThere || isMade || versionOf(container) === undefined) return [];
  return [
    {
      pointer: `${at}/volumeMounts`,
      problem: `no volume is mounted at ${model}, and the image has no model`,
    },
  ];
}

/** A script may fetch the model first. */
const SHELL = /(?:^|\/)(?:ba|da|a)?sh$/;

/**
 * Of publishers that gate what they publish; whoever publishes it again may not. Meta: README of its organization on the hub, all of
 * its models; Google: the cards of Gemma 1 to 3n (`extra_gated_heading`), cactus-compute/cactus#197,
 * vllm-project/semantic-router#817 (EmbeddingGemma).
 */
const IS_GATED =
  /^(?:meta-llama\/(?:Llama|Meta-Llama)-|google\/(?:gemma-(?:2b|7b|1\.1|2|3|3n)-|embeddinggemma-))/;

/** A variable with a token, of another hub, or of a place that nobody can know. */
const ACCESS =
  /^(?:HF_TOKEN|HF_API_TOKEN|HUGGING_FACE_HUB_TOKEN|HF_TOKEN_PATH|HF_ENDPOINT|VLLM_USE_MODELSCOPE|HF_HUB_OFFLINE|TRANSFORMERS_OFFLINE)$/;

function mayHaveToken({ container, spec }: ModelServer): boolean {
  const { env = [], envFrom = [], volumeMounts = [] } = container;
  const { flags, words } = commandLineOf(container);
  const mounted = new Set(volumeMounts.map(({ name }) => name));
  return (
    envFrom.length > 0 ||
    env.some(({ name }) => ACCESS.test(name)) ||
    flags.has('hf-token') ||
    words.some((word) => /huggingface-cli|\bhf\b|HF_TOKEN/.test(word)) ||
    (spec.volumes ?? []).some(
      ({ name, secret, projected, csi }) => mounted.has(name) && (secret ?? projected ?? csi) !== undefined,
    )
  );
}

/** Another container, or a volume that outlives the pod, may have fetched it. */
function mayHaveModel(server: ModelServer): boolean {
  const { spec } = server;
  if ((spec.initContainers ?? []).length > 0 || spec.containers.length > 1) return true;
  const cache = cacheVolume(server);
  if (cache !== undefined) return cache.volume.emptyDir === undefined;
  const lasting = (spec.volumes ?? []).filter(
    ({ emptyDir, configMap }) => (emptyDir ?? configMap) === undefined,
  );
  return lasting.some(({ name }) =>
    (server.container.volumeMounts ?? []).some((mount) => mount.name === name),
  );
}
