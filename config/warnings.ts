import type { Mistake } from '../base/mistake';
import { type Locate, type Path, toMistakes, type UnplacedMistake } from './mistakes';
import { architectureOf, gpuMemorySettings } from './models/served';
import { warnGpuMemory } from './plan/gpu-warnings';
import { isBeyondThePlan } from './plan/vllm-flags';
import type { Platform, TeiModel, VllmModel } from './platform';

/** Organisations whose models the hub gives only to those who were let in. */
const GATED = /^meta-llama\//;

/**
 * Settings that are valid but probably not intended, sorted by path.
 *
 * @param locate Where the document's parts stand in its file.
 */
export function warnings(platform: Platform, locate?: Locate): Mistake[] {
  const findings = platform.models.flatMap((model) => {
    const at = ['models', model.name, model.kind];
    if (model.kind === 'vllm') {
      return [...ofWeights(at, model, platform), ...ofMemory(at, model), ...ofDrain(at, model, platform)];
    }
    return model.kind === 'tei' ? [...ofWeights(at, model, platform), ...ofContext(at, model)] : [];
  });
  return toMistakes([...findings, ...ofPrometheus(platform)], locate);
}

/** Hours of the units of a retention; Prometheus takes a year for 365 days. */
const HOURS: Readonly<Record<string, number>> = { h: 1, d: 24, w: 7 * 24, y: 365 * 24 };

/** Of a Prometheus that the platform makes itself: alerts that nobody gets, objectives over more than is kept. */
function ofPrometheus({ observability: { prometheus }, slos }: Platform): UnplacedMistake[] {
  if (prometheus.kind === 'existing') return [];
  const at = ['observability', 'prometheus', prometheus.kind];
  const { retention, alertmanagerConfigSecret } = prometheus;
  const days = Math.max(0, ...slos.map(({ window }) => Number.parseInt(window, 10)));
  const kept = Number.parseInt(retention, 10) * (HOURS[retention.slice(-1)] ?? 0);
  return [
    ...(alertmanagerConfigSecret === undefined
      ? [
          {
            at: [...at, 'alertmanagerConfigSecret'],
            problem: 'is not set: Alertmanager shows alerts and tells nobody about them',
            fix: 'name the Pulumi secret that contains an alertmanager.yaml',
          },
        ]
      : []),
    ...(kept < days * 24
      ? [
          {
            at: [...at, 'retention'],
            value: retention,
            problem: `${retention} is shorter than the longest window of an objective, ${days}d: the rest of its error budget is unknown`,
            fix: `use ${days}d`,
          },
        ]
      : []),
  ];
}

/** The embedded datacenter downloads nothing. */
function ofWeights(at: Path, served: VllmModel | TeiModel, { cluster }: Platform): UnplacedMistake[] {
  const { weights, revision, hubTokenSecret, model } = served;
  if (cluster.kind === 'local' || weights.kind === 'image') return [];
  const findings: UnplacedMistake[] = [];
  if (weights.kind === 'hub') {
    findings.push({
      at: [...at, 'weights', 'hub'],
      problem:
        'every pod downloads the weights at every start, so no pod can start while the hub is unavailable',
      fix: 'use weights.pvc',
    });
  }
  if (revision === undefined) {
    findings.push({
      at: [...at, 'revision'],
      problem: `is not set: the latest revision of ${model} is downloaded, and two downloads may differ`,
      fix: 'set it to a commit of the hub repository',
    });
  }
  if (GATED.test(model) && hubTokenSecret === undefined) {
    findings.push({
      at: [...at, 'hubTokenSecret'],
      problem: `is not set: the hub requires an account that has accepted the licence of ${model}`,
      fix: 'name the Pulumi secret that contains a hub token',
    });
  }
  return findings;
}

/** Embedding models of the hub whose context is longer than a batch: 32,768 tokens each. */
const LONG_CONTEXT =
  /^(Qwen\/Qwen3-Embedding-|Alibaba-NLP\/gte-Qwen2-|intfloat\/e5-mistral-7b|Salesforce\/SFR-Embedding-|Linq-AI-Research\/Linq-Embed-Mistral)/;

/** What Text Embeddings Inference computes at once unless it is told otherwise (`--max-batch-tokens`). */
const BATCH_TOKENS = 16_384;

/** Since 1.8.3 it does not start, or cuts texts, where a text may be longer than a batch (its pull request 725). */
function ofContext(at: Path, { model }: TeiModel): UnplacedMistake[] {
  if (!LONG_CONTEXT.test(model)) return [];
  return [
    {
      at: [...at, 'model'],
      value: model,
      problem: `takes texts of 32768 tokens, and a batch of Text Embeddings Inference has ${BATCH_TOKENS}: it refuses to start, or cuts longer texts`,
      fix: `use a model whose context is at most ${BATCH_TOKENS} tokens, such as BAAI/bge-m3`,
    },
  ];
}

function ofMemory(at: Path, model: VllmModel): UnplacedMistake[] {
  const architecture = architectureOf(model);
  if (architecture === undefined) {
    return [
      {
        at: [...at, 'architecture'],
        problem: `is not set: the architecture of ${model.model} is unknown, so whether the model fits its GPUs was not checked`,
        fix: "add the content of the model's config.json",
      },
    ];
  }
  const { expectedTokens } = model;
  const settings = { ...gpuMemorySettings(model, architecture), expectedTokens };
  return [
    ...warnGpuMemory(settings).map(({ field, ...warning }) => ({
      at: [...at, field],
      value: model[field],
      ...warning,
    })),
    ...Object.keys(model.extraArgs)
      .filter(isBeyondThePlan)
      .map((flag) => ({
        at: [...at, 'extraArgs', flag],
        problem: 'changes the GPU memory use in a way that the memory plan does not cover',
        fix: 'compare "Available KV cache memory" in the log with the plan, and set overheadMemory',
      })),
  ];
}

function ofDrain(at: Path, { drain }: VllmModel, { gateway }: Platform): UnplacedMistake[] {
  if (drain.milliseconds >= gateway.requestTimeout.milliseconds) return [];
  return [
    {
      at: [...at, 'drain'],
      value: `${drain}`,
      problem: `${drain} is shorter than gateway.requestTimeout ${gateway.requestTimeout}: a terminating replica aborts the longest answers`,
      fix: `use ${gateway.requestTimeout}, or remove it`,
    },
  ];
}
