import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { METRICS } from '../../base/metrics';
import { until } from '../../local/until';
import { begin, shared } from './shared';

const SERIES = 'llm:kv_cache_usage:avg';

/** The suite waits for a series that does not come for six scrapes. */
const SCRAPE_INTERVAL = '2s';

/** Prometheus has the samples of an engine that went for some minutes. */
const PATIENCE = 180;

const { name: NAME, formerly } = METRICS.cacheUsage;
const [FORMER = ''] = formerly;

/** What a version of vLLM to come may do to the rules, on the platform that runs. */
describe('a metric of the engine gets another name', () => {
  const project = shared;
  let admin: string;
  let prometheus: string;

  const change = async (method: 'PUT' | 'DELETE', query = '') => {
    const said = await fetch(`${admin}/metrics${query}`, { method });
    assert.equal(said.status, 200, await said.text());
  };

  /** How many series Prometheus has of a name now. */
  const seriesOf = async (name: string): Promise<number> => {
    const said = await fetch(`${prometheus}/api/v1/query?query=${encodeURIComponent(name)}`);
    const { data } = (await said.json()) as { data: { result: readonly unknown[] } };
    return data.result.length;
  };

  const validated = async () => {
    const { code, text } = await project.cli(['validate', '--json']);
    const { cases } = JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1)) as {
      cases: readonly { id: string; passed: boolean; notApplicable?: string }[];
    };
    return {
      code,
      failed: cases.filter(({ passed, notApplicable }) => !passed && !notApplicable).map(({ id }) => id),
    };
  };

  before(async () => {
    await begin();
    project.edit(({ observability }) => {
      observability.scrapeInterval = SCRAPE_INTERVAL;
    });
    await project.apply();
    const { components, standIns } = await project.status();
    prometheus = components.find(({ name }) => name === 'prometheus')?.address ?? '';
    admin = standIns.find(({ name }) => name === 'gpt-oss-120b')?.admin ?? '';
    assert.ok(await until(async () => (await seriesOf(SERIES)) > 0, PATIENCE, 1000), SERIES);
  });
  after(() => change('DELETE'));

  test('one that the rules know from earlier versions gives the same series [renamed-known]', async () => {
    await change('PUT', `?rename=${NAME}&to=${FORMER}`);
    const follows = async () => (await seriesOf(NAME)) === 0 && (await seriesOf(FORMER)) > 0;
    assert.ok(await until(follows, PATIENCE, 1000), 'Prometheus sees the other name');
    const { code, failed } = await validated();
    assert.deepEqual([code, failed], [0, []]);
    assert.ok((await seriesOf(SERIES)) > 0);
  });

  test('one that nobody knows fails the functional suite in that run [renamed-unknown]', async () => {
    await change('PUT', `?rename=${NAME}&to=vllm:cache_fill_ratio`);
    assert.ok(
      await until(async () => (await seriesOf(SERIES)) === 0, PATIENCE, 1000),
      `${SERIES} has no value`,
    );
    const { code, failed } = await validated();
    assert.deepEqual([code, failed], [1, ['TC9']]);
  });
});
