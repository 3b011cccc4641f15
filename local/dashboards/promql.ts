import { UserError } from '../../base/user-error';
import { type PanelAnswer, RANGES, type Range, type SeriesAnswer } from './answer';

/** What stands for the variables of a board; a variable that is not chosen stands for everything. */
export type Chosen = Readonly<Record<string, string | undefined>>;

/** A value as a regular expression that means it alone, inside of a string of PromQL. */
const literally = (value: string) =>
  value
    .replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n');

/** The query of a panel with what the reader chose. */
export function fill(promql: string, chosen: Chosen, range: Range): string {
  return promql.replaceAll(/\$(__range|[a-z]+)/g, (_, name: string) => {
    if (name === '__range') return `${range}s`;
    const value = chosen[name];
    return value === undefined ? '.*' : literally(value);
  });
}

interface Result {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: readonly [number, string];
  readonly values?: readonly (readonly [number, string])[];
}

const numbered = ([time, text]: readonly [number, string]): readonly [number, number | null] => {
  const value = Number(text);
  return [time, Number.isFinite(value) ? value : null];
};

/** A Prometheus, as far as boards ask it. */
export class BoardSource {
  constructor(private readonly url: string) {}

  /** Values over time, the last at `to`. */
  async over(promql: readonly string[], range: Range, now: number): Promise<PanelAnswer> {
    const step = RANGES[range];
    // Points of all panels at the same times, also after a refresh.
    const to = Math.floor(now / step) * step;
    const times = { start: `${to - range}`, end: `${to}`, step: `${step}` };
    const queries = await Promise.all(promql.map((query) => this.series('query_range', { query, ...times })));
    return { from: to - range, to, step, queries };
  }

  /** Values at one time. */
  async at(promql: readonly string[], range: Range, now: number): Promise<PanelAnswer> {
    const queries = await Promise.all(promql.map((query) => this.series('query', { query, time: `${now}` })));
    return { from: now - range, to: now, step: RANGES[range], queries };
  }

  /** The values that a label of a series has had. */
  async labelValues(series: string, label: string, range: Range, now: number): Promise<readonly string[]> {
    const asked = { 'match[]': series, start: `${now - range}`, end: `${now}` };
    const values = (await this.ask(`label/${label}/values`, asked, 'GET')) as readonly string[];
    return values.filter((value) => value !== '').toSorted();
  }

  private async series(
    path: string,
    asked: Readonly<Record<string, string>>,
  ): Promise<readonly SeriesAnswer[]> {
    const { result } = (await this.ask(path, asked, 'POST')) as { readonly result: readonly Result[] };
    return result.map(({ metric, value, values }) => ({
      labels: metric,
      values: (values ?? (value ? [value] : [])).map(numbered),
    }));
  }

  /** @throws UserError for a Prometheus that does not answer or refuses the query */
  private async ask(path: string, asked: Readonly<Record<string, string>>, method: string): Promise<unknown> {
    const form = new URLSearchParams(asked);
    const url = `${this.url}/api/v1/${path}`;
    const sent = method === 'GET' ? fetch(`${url}?${form}`) : fetch(url, { method, body: form });
    const response = await sent.catch((error: Error) => {
      throw new UserError(
        `Prometheus at ${this.url} does not answer (${(error.cause as Error | undefined)?.message ?? error.message})\n` +
          'fix: see the state of its component in vcf-ai local status',
      );
    });
    const body = (await response.json()) as { readonly data?: unknown; readonly error?: string };
    if (response.ok) return body.data;
    throw new UserError(`Prometheus refused ${asked.query ?? path}: ${body.error ?? response.status}`);
  }
}
