import type { Engine } from './engine';
import type { EngineRequest, Sequence } from './sequence';

/** A timer of Node.js is late by up to this much; with steps of some milliseconds that would be a slower engine. */
const TIMER_MS = 2;

/** Runs an engine in real time, or in one that is so many times as fast. */
export class EngineRunner {
  private pending: NodeJS.Timeout | NodeJS.Immediate | undefined;
  private readonly listeners = new Map<Sequence, () => void>();

  constructor(
    private readonly engine: Engine,
    private readonly timeScale = 1,
  ) {}

  /** The engine's clock, in seconds. */
  readonly now = (): number => (performance.now() / 1000) * this.timeScale;

  /** To be called when there may be something to do sooner than the engine has said. */
  wake(): void {
    this.turnSoon();
  }

  /** To be called when the engine has made a token. */
  made(sequence: Sequence): void {
    this.listeners.get(sequence)?.();
  }

  /**
   * The tokens of an answer as they are made: each time how many there are now. Ends with the answer, and ends the
   * request when the client leaves.
   *
   * @param progress Called at once for every token, whether or not anybody takes them.
   * @throws AbortError when the client leaves.
   */
  async *answer(request: EngineRequest, signal: AbortSignal, progress: (sequence: Sequence) => void) {
    signal.throwIfAborted();
    const sequence = this.engine.submit(request, this.now());
    let wake = () => {};
    const leave = () => {
      this.engine.abort(sequence, this.now());
      this.turnSoon();
      wake();
    };
    this.listeners.set(sequence, () => {
      progress(sequence);
      wake();
    });
    signal.addEventListener('abort', leave);
    this.turnSoon();
    try {
      for (let given = 0; given < request.answerTokens; ) {
        signal.throwIfAborted();
        if (given < sequence.generated) {
          given += 1;
          yield given;
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    } finally {
      signal.removeEventListener('abort', leave);
      this.listeners.delete(sequence);
      if (sequence.ended === undefined) leave();
    }
  }

  /** After everything else that has arrived by now, so that one step takes all of it. */
  private turnSoon(): void {
    this.clear();
    this.pending = setImmediate(() => this.turn());
  }

  private turn(): void {
    this.clear();
    const now = this.now();
    const next = this.engine.advance(now, TIMER_MS * 1e-3 * this.timeScale);
    if (next === undefined) return;
    const milliseconds = ((next - now) / this.timeScale) * 1000;
    // A timer counts whole milliseconds, and a shorter one than asked for would only be asked again.
    if (milliseconds > 0) this.pending = setTimeout(() => this.turn(), Math.ceil(milliseconds));
    else this.turnSoon();
  }

  private clear(): void {
    if (this.pending === undefined) return;
    clearTimeout(this.pending as NodeJS.Timeout);
    clearImmediate(this.pending as NodeJS.Immediate);
    this.pending = undefined;
  }
}
