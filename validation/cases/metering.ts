import { questionText } from '../body';
import { type Case, NotApplicable } from '../case';
import { nearNames, SERIES, samplesOf } from '../metrics';
import type { Probe } from '../probe';
import { poll } from '../prometheus';
import {
  differences,
  increase,
  LIMITED,
  pairs,
  type Readings,
  readGateway,
  readingsOf,
  TOKEN_TYPES,
  tokensOf,
} from '../readings';

/** The external processor counts when an answer ends, so the counters may be a moment behind. */
const SETTLE_MS = 5000;

export const metering: Case = {
  id: 'TC8',
  title: 'Metering',
  objective:
    'The tokens that the gateway counts for a workload are exactly the usage that its answers report.',
  method:
    'All requests of this run so far, and a streamed one that does not request its usage, as each workload with sufficient limits. The counters by workload and ' +
    'token type are read before the first request and after the last.',
  expected:
    'For every identity the increase of both counters is the sum of the usage in its answers; rejected requests (400, 404, 413, 429) count nothing.',
  async run(probe) {
    const { suite } = probe;
    if (!suite.target.extprocMetrics?.length) {
      throw new NotApplicable('the target has no address of the metrics of the external processor');
    }
    for (const { name, asks } of suite.subjects.filter(({ ample }) => ample)) {
      await probe.ask({
        as: name,
        body: questionText({ model: asks, maxTokens: 3, stream: true }),
        note: 'as a stream, usage not asked for',
      });
    }
    const told = toldOf(probe);
    const before = suite.start.gateway;
    const rise = (after: typeof before) => onlyTokens(increase(readingsOf(before), readingsOf(after)));
    const after = await poll(
      () => readGateway(suite.client, suite.target),
      (pages) => differences(told, rise(pages)).length === 0,
      { atMostMs: SETTLE_MS, wait: suite.wait, why: 'until the gateway has counted the last answers' },
    );
    probe.count(pairs(SERIES.tokens, before.extproc, after.extproc));
    if (samplesOf(SERIES.tokens, after.extproc ?? []).length === 0) {
      const near = nearNames(SERIES.tokens, after.extproc ?? []).join(', ') || 'none';
      probe.that('series', SERIES.tokens.name, `none; names that come close: ${near}`, false);
    }
    const counted = rise(after);
    for (const name of Object.keys({ ...told, ...counted }).sort())
      probe.same(name, told[name] ?? 0, counted[name] ?? 0);
    if (Object.keys(told).length === 0) probe.same('answers with a usage', 'at least one', 'none');
  },
};

function toldOf({ suite: { spending } }: Probe): Readings {
  const told = spending.workloads.flatMap((workload) => {
    const spent = spending.of(workload);
    return TOKEN_TYPES.map((type) => [tokensOf(type, workload), spent[type]] as const);
  });
  return Object.fromEntries(told);
}

function onlyTokens(readings: Readings): Readings {
  const { [LIMITED]: _, ...tokens } = readings;
  return tokens;
}
