/** The pod that a GPU is given to, as the kubelet tells the exporter. */
export interface GpuOwner {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

/** The cards that a model server runs on. */
export interface ServedGpus {
  /** Over which each layer is divided, as vLLM's `--tensor-parallel-size`. */
  readonly count: number;
  /** Share of each card's memory that vLLM takes at its start, for weights and KV cache, and keeps. */
  readonly memoryUtilization: number;
  /** Bytes that each card sends to the others for a token that is computed; it receives as many. */
  readonly linkBytesPerToken: number;
  /** Default: none, and the cards have no labels of a pod. */
  readonly owner?: GpuOwner | undefined;
}

/** What a model server tells an exporter: `GET /state` of its admin interface. Counts since its start. */
export interface EngineState {
  readonly gpus: ServedGpus;
  /** Of the engine's clock. */
  readonly seconds: number;
  /** In which a step was under way. */
  readonly busySeconds: number;
  readonly computedTokens: number;
}

/** What one card has to do, as a mean over the time between two readings. */
export interface CardLoad {
  /** Share of the time in which a step was under way. */
  readonly busy: number;
  /** Sent over NVLink; as many are received. */
  readonly linkBytesPerSecond: number;
  /** Of the whole card; 0 where nothing is loaded. */
  readonly memoryUtilization: number;
  readonly owner?: GpuOwner | undefined;
}

export const IDLE_CARD: CardLoad = { busy: 0, linkBytesPerSecond: 0, memoryUtilization: 0 };

/** The load of each card of an engine between two readings; at rest where there is nothing to compare with. */
export function loadBetween(before: EngineState | undefined, after: EngineState): CardLoad {
  const { memoryUtilization, linkBytesPerToken, owner } = after.gpus;
  const loaded = { ...IDLE_CARD, memoryUtilization, owner };
  const seconds = after.seconds - (before?.seconds ?? after.seconds);
  // A server that was started anew counts from zero again.
  if (before === undefined || seconds <= 0 || after.busySeconds < before.busySeconds) return loaded;
  const tokens = after.computedTokens - before.computedTokens;
  return {
    ...loaded,
    busy: Math.min(1, (after.busySeconds - before.busySeconds) / seconds),
    linkBytesPerSecond: (tokens * linkBytesPerToken) / seconds,
  };
}

/** Follows one engine from reading to reading. */
export class EngineFollower {
  private last: EngineState | undefined;
  private load: CardLoad = IDLE_CARD;

  /** @param read Undefined where the engine does not answer. */
  constructor(private readonly read: () => Promise<EngineState | undefined>) {}

  /** The load since the reading before, of each of the engine's cards; none of an engine that never answered. */
  async cards(): Promise<{ readonly loads: readonly CardLoad[]; readonly seconds: number }> {
    const state = await this.read();
    const known = state ?? this.last;
    if (known === undefined) return { loads: [], seconds: 0 };
    const seconds =
      state === undefined ? 0 : Math.max(0, state.seconds - (this.last?.seconds ?? state.seconds));
    this.load = state === undefined ? IDLE_CARD : loadBetween(this.last, state);
    this.last = known;
    return { loads: Array.from({ length: known.gpus.count }, () => this.load), seconds };
  }
}
