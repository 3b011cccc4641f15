import { questionText } from '../body';
import { type Case, NotApplicable } from '../case';
import { expectedSeries } from '../metrics';
import type { Probe } from '../probe';
import { catchUp, PrometheusApi, poll } from '../prometheus';
import { differences, increase, type Readings } from '../readings';
import type { Subject } from '../subjects';

/** A rate needs a rise between two scrapes, and a rule another evaluation: with 15 s each, a minute. */
const RULE_SCRAPES = 6;

export const prometheus: Case = {
  id: 'TC9',
  title: 'Prometheus sees it too',
  objective: 'Prometheus alone is sufficient for monitoring, counting and chargeback at the gateway.',
  method:
    'Prometheus is queried for its targets, for the recording rules during requests, and for the raw counters before ' +
    'the first request of the run and after a scrape that followed the last.',
  expected:
    'Every target is up, every recording rule has a result, the recorded sums equal the counters, and the counters increased in Prometheus by as much as on the metrics endpoints of the gateway.',
  async run(probe) {
    const { client, target, platform, wait, start } = probe.suite;
    if (!target.prometheus) throw new NotApplicable('the target has no Prometheus');
    if (!target.envoyStats?.length || !target.extprocMetrics?.length || !start.prometheus) {
      throw new NotApplicable(
        'the target does not have both metrics endpoints of the gateway to compare with',
      );
    }
    const interval = platform.observability.scrapeInterval;
    const api = new PrometheusApi(client, target.prometheus);
    await judgeTargets(probe, api, interval.milliseconds);
    const hasEngines = askersOf(probe).some(({ upstream }) => upstream.kind === 'model-server');
    for (const rule of expectedSeries(hasEngines)) await judgeRule(probe, api, rule, interval.milliseconds);
    probe.same('counters that differed before the run', 'none', start.prometheus.behind.join(', ') || 'none');
    const end = await catchUp(client, target, interval, wait);
    probe.same('counters that differ after the run', 'none', end?.behind.join(', ') || 'none');
    await judgeRecorded(probe, api, end?.readings ?? {}, interval.milliseconds);
    const rose = increase(start.prometheus.readings, end?.readings ?? {});
    for (const [what, rise] of Object.entries(rose))
      probe.note(`in Prometheus: ${rise} ${what} during the run`);
    probe.that(
      'counters that rose in Prometheus',
      'at least 1',
      `${Object.keys(rose).length}`,
      Object.keys(rose).length > 0,
    );
  },
};

async function judgeTargets(probe: Probe, api: PrometheusApi, intervalMs: number): Promise<void> {
  const targets = await poll(
    () => api.targets(),
    (list) => list.length > 0 && list.every(({ health }) => health === 'up'),
    {
      atMostMs: 2 * intervalMs,
      wait: probe.suite.wait,
      why: 'until Prometheus has scraped all of its targets',
    },
  );
  for (const { job, instance, health, lastError } of targets) {
    probe.same(`target ${job} ${instance}`, 'up', lastError ? `${health}: ${lastError}` : health);
  }
  probe.that('active targets', 'at least 1', `${targets.length}`, targets.length > 0);
}

async function judgeRecorded(
  probe: Probe,
  api: PrometheusApi,
  counters: Readings,
  intervalMs: number,
): Promise<void> {
  const differing = await poll(
    async () => differences(counters, await api.recorded()),
    (list) => list.length === 0,
    {
      atMostMs: RULE_SCRAPES * intervalMs,
      wait: probe.suite.wait,
      why: 'until the recording rules have been evaluated',
    },
  );
  probe.same('recorded sums that differ from the counters', 'none', differing.join(', ') || 'none');
}

/** A workload that may ask more, for each upstream that there is one for. */
function askersOf({ suite: { subjects } }: Probe): readonly Subject[] {
  const ample = subjects.filter((subject) => subject.ample);
  return [...new Map(ample.map((subject) => [subject.upstream.name, subject])).values()];
}

async function judgeRule(probe: Probe, api: PrometheusApi, rule: string, intervalMs: number): Promise<void> {
  const { wait } = probe.suite;
  const points = await poll(
    async () => {
      const found = await api.query(rule);
      if (found.length > 0) return found;
      for (const { name, asks } of askersOf(probe))
        await probe.ask({ as: name, body: questionText({ model: asks }) });
      return found;
    },
    (found) => found.length > 0,
    { atMostMs: RULE_SCRAPES * intervalMs, wait, why: `until the recording rule ${rule} has an answer` },
  );
  const shown = points.map(({ value }) => `${value}`).join(', ');
  probe.that(
    `rule ${rule}`,
    'an answer',
    shown || 'none',
    points.length > 0 && points.every(({ value }) => Number.isFinite(value)),
  );
}
