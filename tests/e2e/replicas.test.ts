import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../local/until';
import { parseMetrics, type Sample, total } from '../../validation/metrics';
import { ask, askTimes } from './chat';
import { begin, shared } from './shared';

describe('two Envoys and two model servers on one host', () => {
  const project = shared;

  const pageOf = async (url: string): Promise<Sample[]> => parseMetrics(await (await fetch(url)).text());

  /** Requests that came in at the listener, by Envoy. */
  const received = async () => {
    const pages = await Promise.all(((await project.status()).envoyStats ?? []).map(pageOf));
    return pages.map((page) =>
      total(
        page.filter(
          ({ name, labels }) =>
            name === 'envoy_http_downstream_rq_total' &&
            labels.envoy_http_conn_manager_prefix === 'http-10080',
        ),
      ),
    );
  };

  /** Chat requests that each replica of a model saw. */
  const served = async (model: string) => {
    const replicas = (await project.status()).standIns.filter(({ name }) => name === model);
    return Promise.all(
      replicas.map(async ({ admin }) => {
        const { requests } = (await (await fetch(`${admin}/requests`)).json()) as {
          requests: { method: string }[];
        };
        return requests.filter(({ method }) => method === 'POST').length;
      }),
    );
  };

  const running = async (...names: string[]) => {
    const { components } = await project.status();
    return names.every((name) => components.some((c) => c.name === name && c.state === 'running'));
  };

  before(async () => {
    await begin();
    project.edit((platform) => {
      platform.models = {
        small: {
          vllm: {
            model: 'openai/gpt-oss-20b',
            tensorParallelSize: 1,
            maxModelLen: 131072,
            replicas: 2,
            startupBudget: '15s',
          },
        },
      };
      platform.workloads = {
        agent: { model: 'small' },
        limited: { model: 'small', limits: { requestsPerMinute: 4 } },
        budget: { model: 'small', limits: { tokensPerHour: 40 } },
      };
      platform.gateway.replicas = 2;
    });
    await project.apply();
    assert.ok(
      await until(() => running('envoy', 'envoy.1', 'extproc', 'extproc.1'), 30, 500),
      JSON.stringify(await project.status()),
    );
    // A fresh external processor answers 500 until it has read its configuration.
    const answers = async () => (await askTimes('agent', 8)).every((status) => status === 200);
    assert.ok(await until(answers, 30, 500));
  });

  test('every Envoy and every replica of the model gets a share of the requests [replicas-share]', async () => {
    const before = { envoys: await received(), models: await served('small') };
    const statuses = await askTimes('agent', 40);
    assert.deepEqual([...new Set(statuses)], [200]);
    const envoys = (await received()).map((count, i) => count - (before.envoys[i] ?? 0));
    const models = (await served('small')).map((count, i) => count - (before.models[i] ?? 0));
    for (const shares of [envoys, models]) {
      assert.equal(shares.length, 2);
      assert.equal(
        shares.reduce((sum, share) => sum + share, 0),
        40,
      );
      assert.ok(
        shares.every((share) => share > 0),
        shares.join(),
      );
    }
  });

  test('a limit of four requests a minute is two at each Envoy [replicas-request-limit]', async () => {
    const statuses = await askTimes('limited', 24);
    assert.equal(statuses.filter((status) => status === 200).length, 4);
    assert.equal(statuses.filter((status) => status === 429).length, 20);
  });

  test('a token budget is one for both Envoys [replicas-token-budget]', async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 6; i++) {
      statuses.push(await ask('budget'));
      // A call is charged when its answer is over, beside the answer.
      await sleep(500);
    }
    // 14 tokens an answer: 28 are within the budget of 40, the third call crosses it.
    assert.deepEqual(statuses, [200, 200, 200, 429, 429, 429]);
  });

  test('Prometheus scrapes both Envoys and both external processors', async () => {
    const { prometheus } = await project.status();
    const up = async () => {
      const query = 'count by (job) (up{namespace="envoy-gateway-system"} == 1)';
      const answer = await fetch(`${prometheus}/api/v1/query?query=${encodeURIComponent(query)}`);
      const { data } = (await answer.json()) as { data: { result: { value: [number, string] }[] } };
      return data.result.reduce((sum, { value }) => sum + Number(value[1]), 0);
    };
    assert.ok(await until(async () => (await up()) >= 4, 30, 500), `${await up()} targets are up`);
  });

  test('one replica fewer is followed', async () => {
    project.edit(({ models, gateway }) => {
      models.small.vllm.replicas = 1;
      gateway.replicas = 1;
    });
    await project.apply();
    const single = async () => {
      const { components } = await project.status();
      // Either of the two may be the one that stays, under its own name.
      const left = (of: string) => components.filter(({ name }) => name.split('.')[0] === of).length;
      return left('envoy') === 1 && left('extproc') === 1;
    };
    assert.ok(await until(single, 60, 500));
    assert.ok(await until(async () => (await askTimes('agent', 10)).every((s) => s === 200), 30, 500));
    assert.equal((await served('small')).length, 1);
  });
});
