import { type Mistake, PlatformError } from '../base/mistake';
import { shown } from '../base/text';
import { readPeriod, refuseAbsent, refuseOtherPlaces } from './bill';
import type { UsagePlace } from './usage-source';

export interface AuditOptions extends UsagePlace {
  readonly from?: string;
  readonly to?: string;
  readonly prometheus?: string;
  readonly providerReport?: readonly string[];
  readonly unreported?: readonly string[];
  readonly prices?: string;
  readonly samples?: string;
  readonly expect?: readonly string[];
  readonly metrics?: string;
  readonly json?: true;
}

/** What a flow audit cannot do without. */
const FLOW = ['from', 'to', 'prometheus'] as const;

/** Whether options ask for a flow audit: any of its own does. */
export function asksForFlow(options: AuditOptions): boolean {
  const { from, to, ledger, records, prometheus, providerReport, unreported } = options;
  return [from, to, ledger, records, prometheus, providerReport, unreported].some((one) => one !== undefined);
}

/**
 * Refuses what the command cannot work with.
 *
 * @param now In milliseconds since 1970.
 * @throws PlatformError with all mistakes
 */
export function refuseAuditInput(options: AuditOptions, now: number): void {
  const { records, prices, samples, providerReport = [] } = options;
  const files = { records, prices, samples };
  const mistakes = [
    ...refusals(() => refuseAbsent(files)),
    ...providerReport.flatMap((file) => refusals(() => refuseAbsent({ 'provider-report': file }))),
    ...refusals(() => expectedRatios(options.expect)),
    ...(asksForFlow(options) ? flowMistakes(options, now) : []),
    ...(asksForFlow(options) || samples !== undefined ? [] : [NOTHING]),
  ];
  if (mistakes.length > 0) throw new PlatformError(mistakes);
}

const NOTHING: Mistake = {
  path: 'vcf-ai audit',
  problem: 'nothing says what to audit',
  fix: 'give --from, --to, --ledger and --prometheus for the flow of tokens, or --samples for tokenizers',
};

function flowMistakes(options: AuditOptions, now: number): readonly Mistake[] {
  const absent = FLOW.filter((name) => options[name] === undefined).map((name) => ({
    ...{ path: `--${name}`, problem: 'is missing' },
    fix: 'the flow of tokens needs --from, --to, --prometheus, and --ledger or --records',
  }));
  const { from, to, prometheus } = options;
  const places = refusals(() => refuseOtherPlaces(options));
  const url = prometheus === undefined ? [] : addressMistakes(prometheus);
  if (from === undefined || to === undefined) return [...absent, ...places, ...url];
  return [...absent, ...places, ...url, ...refusals(() => refusePeriod(from, to, now))];
}

function refusePeriod(from: string, to: string, now: number): void {
  const period = readPeriod({ from, to });
  if (period.to <= now) return;
  throw new PlatformError([
    {
      ...{ path: '--to', value: to, problem: `${to} is not over` },
      fix: 'audit a time that is over, and whose log the ledger has read',
    },
  ]);
}

function addressMistakes(address: string): readonly Mistake[] {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const isHttp = url?.protocol === 'http:' || url?.protocol === 'https:';
  const path = '--prometheus';
  if (url === undefined || !isHttp) {
    const problem = `${shown(address)} is no address`;
    return [{ path, value: address, problem, fix: 'write it as http://127.0.0.1:9090' }];
  }
  if (url.username === '' && url.password === '') return [];
  // Neither is shown.
  return [
    {
      ...{ path, problem: 'has a user or a password, which every process of this machine could read' },
      fix: 'use an address that needs none, as kubectl port-forward opens',
    },
  ];
}

/** What a check refuses. */
function refusals(check: () => void): readonly Mistake[] {
  try {
    check();
    return [];
  } catch (error) {
    if (error instanceof PlatformError) return error.mistakes;
    throw error;
  }
}

/**
 * Parses `gemini-flash=1.08`.
 *
 * @throws PlatformError with all that are none
 */
export function expectedRatios(texts: readonly string[] = []): ReadonlyMap<string, number> {
  const pairs = texts.map((text) => [text, /^(.+)=(\d+(?:\.\d+)?)$/.exec(text)] as const);
  const wrong = pairs.filter(([, found]) => found === null || Number(found[2]) === 0);
  if (wrong.length > 0) {
    throw new PlatformError(
      wrong.map(([text]) => ({
        ...{ path: '--expect', value: text, problem: `${shown(text)} is no model with its ratio` },
        fix: 'write it as gemini-flash=1.08',
      })),
    );
  }
  return new Map(pairs.map(([, found]) => [found?.[1] ?? '', Number(found?.[2])]));
}
