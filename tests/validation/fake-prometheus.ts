import type { ServerResponse } from 'node:http';

export type PrometheusFault =
  | 'has a target down'
  | 'stands still'
  | 'was behind'
  | 'has a silent rule'
  | 'records another sum'
  | 'has no targets';

interface Counters {
  readonly counted: number;
  readonly tokens: ReadonlyMap<string, number>;
}

/** Prometheus' HTTP API for the suite's own queries: as if every request were followed by a scrape. */
export class FakePrometheus {
  private asked = false;

  constructor(
    private readonly counters: Counters,
    private readonly faults: ReadonlySet<string>,
  ) {}

  answer(path: string, query: URLSearchParams, outgoing: ServerResponse): void {
    const data =
      path === '/api/v1/targets' ? this.targets() : { result: this.result(query.get('query') ?? '') };
    outgoing.end(JSON.stringify({ status: 'success', data }));
  }

  private targets() {
    const target = (job: string, health: string) => ({
      labels: { job, instance: '127.0.0.1:1' },
      health,
      lastError: '',
    });
    if (this.faults.has('has no targets')) return { activeTargets: [] };
    return {
      activeTargets: [
        target('envoy', 'up'),
        target('vllm', this.faults.has('has a target down') ? 'down' : 'up'),
      ],
    };
  }

  private result(expression: string): object[] {
    const point = (metric: object, value: number) => ({ metric, value: [0, `${value}`] });
    const still = this.faults.has('stands still');
    const tokens = () =>
      [...(still ? [] : this.counters.tokens)].map(([labels, value]) =>
        point(
          Object.fromEntries([...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, text]) => [name, text])),
          value,
        ),
      );
    const limited = (more: number) => [point({}, still ? 0 : this.counters.counted + more)];
    if (expression.startsWith('sum by')) return tokens();
    if (expression.startsWith('sum(')) {
      const first = !this.asked;
      this.asked = true;
      return limited(first && this.faults.has('was behind') ? 1 : 0);
    }
    if (expression === 'gw:tokens:sum') return this.faults.has('has a silent rule') ? [] : tokens();
    if (expression === 'gw:rate_limited:sum') return limited(this.faults.has('records another sum') ? 1 : 0);
    return [point({}, 0.002)];
  }
}
