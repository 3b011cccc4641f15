import { TOKEN_TYPE_LABEL } from '../base/metrics';
import { WORKLOAD_LABEL } from '../config';
import type { HttpClient } from './client';
import { parseMetrics, type Sample, SERIES, type Series, samplesOf, total } from './metrics';
import { type Target, UnreachableError } from './target';

/** What the gateway's own pages say at one moment, those of all Envoys one after another; absent when the target names none. */
export interface GatewayPages {
  readonly envoy?: readonly Sample[];
  readonly extproc?: readonly Sample[];
}

/** Counted things by what they are, `input tokens of toolbench-agent`; what is not in it counts as 0. */
export type Readings = Readonly<Record<string, number>>;

export const TOKEN_TYPES = ['input', 'output'] as const;
export type TokenType = (typeof TOKEN_TYPES)[number];

export const LIMITED = SERIES.limited.what;

/** Who spends tokens without an identity. */
export const NOBODY = 'nobody';

export function tokensOf(type: string, workload: string): string {
  return `${type} tokens of ${workload}`;
}

/** @throws UnreachableError where a page of the target does not answer. */
export async function readGateway(client: HttpClient, target: Target): Promise<GatewayPages> {
  const [envoy, extproc] = await Promise.all([
    readPages(client, "Envoy's statistics", target.envoyStats),
    readPages(client, "the external processor's metrics", target.extprocMetrics),
  ]);
  return { ...(envoy && { envoy }), ...(extproc && { extproc }) };
}

async function readPages(
  client: HttpClient,
  what: string,
  urls: readonly string[] = [],
): Promise<Sample[] | undefined> {
  if (urls.length === 0) return undefined;
  return (await Promise.all(urls.map((url) => readPage(client, what, url)))).flat();
}

async function readPage(client: HttpClient, what: string, url: string): Promise<Sample[]> {
  const { status, text } = await client.send({ what, url, headers: { accept: 'text/plain;version=0.0.4' } });
  if (status !== 200) throw new UnreachableError(what, url, `answered ${status}; correct the address`);
  return parseMetrics(text);
}

/** The counters that the suite can explain: requests over local limits, and tokens by workload and type. */
export function readingsOf({ envoy = [], extproc = [] }: GatewayPages): Readings {
  const limited = total(samplesOf(SERIES.limited, envoy));
  return { [LIMITED]: limited, ...tokenReadings(samplesOf(SERIES.tokens, extproc)) };
}

/** Sums of samples by workload and type. Cached and reasoning tokens are parts of input and output: left out. */
export function tokenReadings(samples: readonly Pick<Sample, 'labels' | 'value'>[]): Readings {
  const sums: Record<string, number> = {};
  for (const { labels, value } of samples) {
    const type = labels[TOKEN_TYPE_LABEL] ?? '';
    if (!(TOKEN_TYPES as readonly string[]).includes(type)) continue;
    const name = tokensOf(type, labels[WORKLOAD_LABEL] || NOBODY);
    sums[name] = (sums[name] ?? 0) + value;
  }
  return sums;
}

/** How much each reading rose; what did not change is left out. */
export function increase(before: Readings, after: Readings): Readings {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return Object.fromEntries(
    names
      .map((name) => [name, (after[name] ?? 0) - (before[name] ?? 0)] as const)
      .filter(([, rise]) => rise !== 0),
  );
}

/** Where two readings differ, as `NAME: A and B`; empty where they agree. */
export function differences(a: Readings, b: Readings): string[] {
  return Object.keys(increase(a, b)).map((name) => `${name}: ${a[name] ?? 0} and ${b[name] ?? 0}`);
}

/** The samples of a series in two pages, side by side. */
export function pairs(series: Series, before: readonly Sample[] = [], after: readonly Sample[] = []) {
  return { before: samplesOf(series, before), after: samplesOf(series, after) };
}
