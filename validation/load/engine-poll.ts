import { readEngine } from '../gate/engine-reading';
import { EngineHistory } from '../gate/telemetry';

/** An engine that is asked for its metrics directly: an interval of scrapes is too long for T3. */
export interface EngineTarget {
  readonly name: string;
  /** `http://127.1.0.2:8000/metrics` */
  readonly metrics: string;
}

export interface EnginePollProps {
  readonly engines: readonly EngineTarget[];
  /** HTTP API of the Prometheus that scrapes the engines; asked whether it has fresh series of them. */
  readonly prometheus?: string;
  /** Seconds between polls, in real time. Default: 1. */
  readonly interval?: number;
  /** Seconds of the run, in real time. */
  readonly now: () => number;
}

/** No series of an engine is older in a Prometheus that scrapes it, in real seconds: four scrapes of 30 s. */
const PROMETHEUS_AGE = 120;

const PROMETHEUS_QUERY = 'time() - max(timestamp(vllm:num_requests_running))';

/** Seconds by which the clock of the system may move against the monotonic one between two polls. */
const JUMP = 1;

/** Asks engines and Prometheus, time after time; keeps what they said and when they did not. */
export class EnginePoll {
  readonly histories: readonly EngineHistory[];
  private readonly lost: { readonly at: number; readonly why: string }[] = [];
  private drift: number | undefined;

  constructor(private readonly props: EnginePollProps) {
    this.histories = props.engines.map(({ name }) => new EngineHistory(name));
  }

  /** Asks all of them once. Never fails: who does not answer is noted. */
  async poll(): Promise<void> {
    this.watchClock();
    const { engines, prometheus } = this.props;
    await Promise.all([
      ...engines.map(({ metrics }, index) => this.engine(metrics, this.histories[index] as EngineHistory)),
      ...(prometheus === undefined ? [] : [this.prometheus(prometheus)]),
    ]);
  }

  /** Polls until it is told to stop, and tells after each. */
  async run(signal: AbortSignal, polled: () => void): Promise<void> {
    const { interval = 1 } = this.props;
    while (!signal.aborted) {
      const began = performance.now();
      await this.poll();
      if (signal.aborted) return;
      polled();
      const rest = interval * 1000 - (performance.now() - began);
      await pause(Math.max(0, rest), signal);
    }
  }

  /** Why nothing can be said of a time beside what the engines' own histories say. */
  blind(from: number, to: number): string | undefined {
    return this.lost.find(({ at }) => at > from && at <= to)?.why;
  }

  forget(before: number): void {
    for (const history of this.histories) history.forget(before);
  }

  private async engine(url: string, history: EngineHistory): Promise<void> {
    const answer = await textOf(url, this.timeout);
    const at = this.props.now();
    if ('failed' in answer) history.miss(at, answer.failed);
    else history.add(readEngine(answer.text, at));
  }

  private async prometheus(url: string): Promise<void> {
    const answer = await textOf(
      `${url}/api/v1/query?query=${encodeURIComponent(PROMETHEUS_QUERY)}`,
      this.timeout,
    );
    const at = this.props.now();
    if ('failed' in answer) {
      this.lost.push({ at, why: `Prometheus did not answer: ${answer.failed}` });
      return;
    }
    const age = Number(/"value":\[[^,]+,"([^"]+)"\]/.exec(answer.text)?.[1]);
    if (!(age <= PROMETHEUS_AGE)) {
      const why = Number.isNaN(age)
        ? 'has no series of an engine'
        : `has no series of an engine since ${age.toFixed(0)} s`;
      this.lost.push({ at, why: `Prometheus ${why}` });
    }
  }

  /** A clock that jumps makes rates of counters worthless, and those of Prometheus too. */
  private watchClock(): void {
    const drift = Date.now() / 1000 - this.props.now();
    if (this.drift !== undefined && Math.abs(drift - this.drift) > JUMP) {
      const why = `the clock of this machine jumped by ${(drift - this.drift).toFixed(1)} s`;
      this.lost.push({ at: this.props.now(), why });
    }
    this.drift = drift;
  }

  private get timeout(): number {
    return Math.max(1000, (this.props.interval ?? 1) * 1000);
  }
}

type Text = { readonly text: string } | { readonly failed: string };

async function textOf(url: string, timeout: number): Promise<Text> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(timeout) });
    const text = await answer.text();
    return answer.ok ? { text } : { failed: `it answered ${answer.status}` };
  } catch (error) {
    // Whatever keeps the text away, the reading is missing.
    const { cause, message } = error as Error;
    return { failed: cause instanceof Error ? cause.message : message };
  }
}

/** Ends early, and without a failure, when the signal comes. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener('abort', end);
  });
}
