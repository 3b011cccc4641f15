import { UserError } from '../base/user-error';
import type { Labels, Sample } from './counters';

export interface RawSeries {
  readonly labels: Labels;
  readonly samples: readonly Sample[];
}

/** Of an answer: pairs of seconds and the value as text. */
type Pair = readonly [seconds: number, value: string];

interface Result {
  readonly metric: Labels;
  readonly value?: Pair;
  readonly values?: readonly Pair[];
}

const sampleOf = ([seconds, value]: Pair): Sample => ({
  at: Math.round(seconds * 1000),
  value: Number(value),
});

/** An audit waits for a month of samples, and not for a Prometheus that hangs. */
const TIMEOUT_MS = 120_000;

/** The part of Prometheus' HTTP API that an audit asks; whatever has that API will do. */
export class Prometheus {
  private readonly url: string;

  /** @param url Without `/api/v1`. */
  constructor(url: string) {
    this.url = url.replace(/\/+$/, '');
  }

  /**
   * The result of an expression at a time: the samples of a range such as `up[5m]`, else one sample a series.
   *
   * @throws UserError where Prometheus does not answer, or refuses the question
   */
  async query(expression: string, at: number): Promise<readonly RawSeries[]> {
    const results = await this.ask({ query: expression, time: `${at / 1000}` });
    return results.map(({ metric, value, values }) => ({
      labels: metric,
      samples: (values ?? (value === undefined ? [] : [value])).map(sampleOf),
    }));
  }

  private async ask(form: Readonly<Record<string, string>>): Promise<readonly Result[]> {
    const text = await this.send(form);
    try {
      const { status, error, data } = JSON.parse(text);
      if (status === 'success' && Array.isArray(data?.result)) return data.result;
      throw new UserError(`${this.url}: Prometheus refused ${form.query}: ${error ?? 'no result'}`);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw new UserError(`${this.url}: no Prometheus answers there (correct --prometheus)`);
    }
  }

  private async send(form: Readonly<Record<string, string>>): Promise<string> {
    try {
      const answer = await fetch(`${this.url}/api/v1/query`, {
        method: 'POST',
        body: new URLSearchParams(form),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      return await answer.text();
    } catch (error) {
      const { message, cause } = error as Error & { cause?: { message?: string } };
      throw new UserError(`${this.url}: Prometheus does not answer: ${cause?.message || message}`);
    }
  }
}
