import { PlatformError } from '../../base/mistake';
import { listed, shown } from '../../base/text';
import { type Path, toMistakes, type UnplacedMistake } from '../mistakes';
import type { ModelArchitecture, Quantization } from './architecture';

type Json = Readonly<Record<string, unknown>>;

/** Fields of models whose memory follows from more than is planned here. */
const BEYOND: Readonly<Record<string, string>> = {
  kv_lora_rank: 'multi-head latent attention has a different KV cache',
  text_config: 'a multimodal model has more weights than its text_config describes',
  n_shared_experts: 'shared experts are not counted',
  shared_expert_intermediate_size: 'shared experts are not counted',
  first_k_dense_replace: 'the first layers have no experts',
};

/** What the architecture of a model is, or what is wrong with its `config.json`. */
export type ReadArchitecture =
  | { readonly architecture: ModelArchitecture }
  | { readonly findings: readonly UnplacedMistake[] };

/**
 * The architecture of a model from its own `config.json`, in the words of transformers.
 *
 * @throws PlatformError with every field that is missing or that the memory plan does not know
 */
export function architectureFromConfig(config: Json): ModelArchitecture {
  const read = readArchitecture(config);
  if ('findings' in read) throw new PlatformError(toMistakes(read.findings));
  return read.architecture;
}

/** As {@link architectureFromConfig}, with findings below a path instead of an error. */
export function readArchitecture(config: Json, at: Path = []): ReadArchitecture {
  const reader = new Reader(config, at);
  const architecture = reader.architecture();
  return reader.findings.length > 0 ? { findings: reader.findings } : { architecture };
}

class Reader {
  readonly findings: UnplacedMistake[] = [];

  constructor(
    private readonly config: Json,
    private readonly at: Path,
  ) {}

  architecture(): ModelArchitecture {
    for (const [field, why] of Object.entries(BEYOND)) {
      // Zero and null say that there is none.
      if (this.config[field]) this.refuse([field], `is not supported by the memory plan: ${why}`);
    }
    const hiddenSize = this.count('hidden_size');
    const queryHeads = this.count('num_attention_heads');
    return {
      maxModelLen: this.count('max_position_embeddings'),
      hiddenSize,
      ...this.layers(this.count('num_hidden_layers')),
      queryHeads,
      kvHeads: this.count('num_key_value_heads'),
      headDim: this.headDim(hiddenSize, queryHeads),
      vocabSize: this.count('vocab_size'),
      tiedEmbeddings: this.config.tie_word_embeddings === true,
      mlp: this.mlp(),
      quantization: this.quantization(),
    };
  }

  private headDim(hiddenSize: number, queryHeads: number): number {
    if (this.has('head_dim')) return this.count('head_dim');
    if (hiddenSize % queryHeads === 0) return hiddenSize / queryHeads;
    this.refuse(
      ['head_dim'],
      `is required: hidden_size ${hiddenSize} is not a multiple of num_attention_heads ${queryHeads}`,
    );
    return 1;
  }

  private layers(count: number): Pick<ModelArchitecture, 'fullLayers' | 'slidingLayers' | 'slidingWindow'> {
    const { layer_types: types, use_sliding_window: windows } = this.config;
    const window = this.has('sliding_window') && windows !== false;
    if (types === undefined && this.has('sliding_window_pattern')) {
      this.refuse(
        ['layer_types'],
        'is required: the kind of each layer (full_attention or sliding_attention)',
      );
    }
    if (types === undefined) {
      const slidingLayers = window ? count : 0;
      return { fullLayers: count - slidingLayers, slidingLayers, ...(window && this.window()) };
    }
    const kinds = Array.isArray(types) ? types : [];
    if (kinds.length !== count) {
      this.refuse(
        ['layer_types'],
        `is not a list of ${count} layer kinds, one for each of num_hidden_layers`,
      );
    }
    const known = ['full_attention', 'sliding_attention'];
    kinds.forEach((kind, index) => {
      if (known.includes(kind)) return;
      this.refuse(
        ['layer_types', `${index}`],
        `is not supported by the memory plan: supported layer kinds are ${listed(known, 'and')}`,
        kind,
      );
    });
    const slidingLayers = kinds.filter((kind) => kind === 'sliding_attention').length;
    return { fullLayers: count - slidingLayers, slidingLayers, ...(slidingLayers > 0 && this.window()) };
  }

  private window() {
    return { slidingWindow: this.count('sliding_window') };
  }

  private mlp(): ModelArchitecture['mlp'] {
    const experts = ['num_experts', 'num_local_experts'].find((field) => this.has(field));
    if (experts === undefined) {
      return { kind: 'dense', intermediateSize: this.count('intermediate_size') };
    }
    const { mlp_only_layers: dense, decoder_sparse_step: step = 1 } = this.config;
    if ((Array.isArray(dense) && dense.length > 0) || step !== 1) {
      this.refuse(['mlp_only_layers'], 'is not supported by the memory plan: some layers have no experts');
    }
    return {
      kind: 'moe',
      experts: this.count(experts),
      intermediateSize: this.count(
        this.has('moe_intermediate_size') ? 'moe_intermediate_size' : 'intermediate_size',
      ),
      bias: this.config.model_type === 'gpt_oss',
    };
  }

  private quantization(): Quantization {
    const { quantization_config: written } = this.config;
    if (written === undefined || written === null) return { method: 'none' };
    const { quant_method: method, ...settings } = written as Json;
    if (method === 'mxfp4') return { method };
    if (method === 'fp8') {
      const [block] = Array.isArray(settings.weight_block_size) ? settings.weight_block_size : [];
      return { method, ...(typeof block === 'number' && { block }) };
    }
    if (method === 'awq' || method === 'gptq') return integers(settings.bits, settings.group_size);
    if (method === 'modelopt' && settings.quant_algo === 'FP8') return { method: 'fp8' };
    if (method === 'compressed-tensors') {
      if (areFloats(settings.config_groups)) return { method: 'fp8' };
      const { num_bits: bits, group_size: group } = sameIntegers(settings.config_groups) ?? {};
      if (bits !== undefined) return integers(bits, group);
    }
    this.refuse(
      ['quantization_config', 'quant_method'],
      `${shown(method)} is not supported by the memory plan: supported are mxfp4, fp8, awq, gptq, 8-bit floats of modelopt, and 8-bit floats and integers of compressed-tensors`,
      method,
    );
    return { method: 'none' };
  }

  private has(field: string): boolean {
    return this.config[field] !== undefined && this.config[field] !== null;
  }

  /** A whole number, 1 or more; 1 after a finding. */
  private count(field: string): number {
    const value = this.config[field];
    if (Number.isInteger(value) && (value as number) > 0) return value as number;
    if (!this.has(field)) this.refuse([field], "is required: a field of the model's config.json");
    else this.refuse([field], `${shown(value)} is not a whole number, 1 or more`, value);
    return 1;
  }

  private refuse(field: Path, problem: string, value?: unknown): void {
    this.findings.push({ at: [...this.at, ...field], ...(value !== undefined && { value }), problem });
  }
}

/** Four bits, and no group, where a checkpoint does not say; a group of -1 is none. */
function integers(bits: unknown = 4, group: unknown = -1): Quantization {
  return {
    method: 'integer',
    bits: typeof bits === 'number' && bits > 0 ? bits : 4,
    ...(typeof group === 'number' && group > 0 && { group }),
  };
}

/** How the weights of a compressed-tensors checkpoint are stored, when all of its groups have integers. */
function sameIntegers(groups: unknown): Json | undefined {
  const [first, ...others] = Object.values(
    (groups ?? {}) as Readonly<Record<string, { readonly weights?: Json }>>,
  ).map(({ weights = {} }) => weights);
  const same = [first, ...others].every((one) => one?.type === 'int' && one.num_bits === first?.num_bits);
  return same ? first : undefined;
}

/** Whether every group of a compressed-tensors checkpoint has 8-bit floats as weights. */
function areFloats(groups: unknown): boolean {
  const all = Object.values((groups ?? {}) as Readonly<Record<string, { readonly weights?: Json }>>);
  return all.length > 0 && all.every(({ weights }) => weights?.num_bits === 8 && weights.type === 'float');
}
