import assert from 'node:assert/strict';
import { request } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import getPort from 'get-port';
import type { Board } from '../../base/board';
import { serveDashboards } from '../../cli/dashboards';
import { BOARDS } from '../../constructs';
import { type BoardServer, serveBoards } from '../../local/dashboards/server';
import { packageRoot } from '../../local/paths';
import { accepts, answers } from '../../local/probe';
import { Processes } from '../../local/process';
import { newFolder } from './scratch';

const board: Board = {
  id: 'one',
  title: 'One',
  about: 'Is there one?',
  lookFirst: ['Here.'],
  variables: { model: { title: 'Model', series: 'gw:requests:sum', label: 'gen_ai_request_model' } },
  sections: [
    {
      title: 'Now',
      panels: [
        {
          id: 'calls',
          title: 'Calls',
          kind: 'lines',
          unit: 'requests',
          width: 6,
          meaning: 'Calls.',
          lookAt: 'Calls.',
          absent: 'there is none',
          queries: [
            { expression: { promql: 'gw:requests:sum', series: ['gw:requests:sum'] }, legend: 'calls' },
          ],
          thresholds: [],
        },
      ],
    },
  ],
};

interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

/** As any program may ask, with any name of the host. */
function ask(url: string, method = 'GET', host?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, ...(host && { headers: { host } }) }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    sent.once('error', reject).end();
  });
}

describe('the server of dashboards', () => {
  let server: BoardServer;
  let nobody: number;
  const at = (path: string) => new URL(path, server.url).href;
  const panel = '/api/panel?board=one&panel=calls&range=300';

  before(async () => {
    nobody = await getPort({ host: '127.0.0.1' });
    server = await serveBoards({ boards: [board], prometheus: `http://127.0.0.1:${nobody}`, port: 0 });
  });
  after(() => server.close());

  test('serves a page that loads nothing of another host', async () => {
    const { status, headers, body } = await ask(server.url);
    assert.equal(status, 200);
    assert.match(`${headers['content-security-policy']}`, /default-src 'none'; script-src 'self'/);
    assert.deepEqual([...body.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, url]) => url).sort(), [
      ...['/page.css', '/page.js', 'data:,'],
    ]);
    const script = await ask(at('/page.js'));
    assert.match(`${script.headers['content-type']}`, /javascript/);
    assert.ok(script.body.length < 100_000, `the script has ${script.body.length} bytes`);
    assert.ok(!/https?:\/\//.test(script.body.replaceAll('http://www.w3.org/2000/svg', '')));
  });

  test('tells its boards', async () => {
    const { body } = await ask(at('/api/boards'));
    assert.deepEqual(JSON.parse(body), [board]);
  });

  test('refuses whoever calls it by another name: a page whose name was bound to this address', async () => {
    for (const host of ['evil.example.com', `evil.example.com:${new URL(server.url).port}`, '127.0.0.1:1']) {
      assert.equal((await ask(at('/api/boards'), 'GET', host)).status, 421, host);
    }
    assert.equal((await ask(at('/api/boards'), 'GET', `localhost:${new URL(server.url).port}`)).status, 200);
  });

  test('refuses what is no question of a board, and says what is', async () => {
    const refused = async (path: string, status: number, says: RegExp, method = 'GET') => {
      const answer = await ask(at(path), method);
      assert.equal(answer.status, status, path);
      assert.match(JSON.parse(answer.body).error, says);
    };
    await refused('/api/v1/query?query=up', 404, /known paths are/);
    await refused('/api/panel?board=two&panel=calls&range=300', 404, /known are one/);
    await refused('/api/panel?board=one&panel=up&range=300', 404, /known are calls/);
    await refused('/api/panel?board=one&panel=calls&range=86400', 400, /allowed are 300, 900, 3600/);
    await refused('/api/variable?board=one&name=workload&range=300', 404, /variables of board one are model/);
    await refused('/api/variable?board=one&name=constructor&range=300', 404, /are model/);
    await refused(`${panel}&model=${'a'.repeat(254)}`, 400, /at most 253/);
    await refused(panel, 405, /only GET/, 'POST');
  });

  test('refuses nothing for a Prometheus that is away: the panel says so, with what to do', async () => {
    const { status, body } = await ask(at(panel));
    assert.equal(status, 502);
    const { error } = JSON.parse(body);
    assert.ok(error.includes(`http://127.0.0.1:${nobody} does not answer`), error);
    assert.match(error, /vcf-ai local status/);
  });

  test('refuses a port that somebody has', async () => {
    const port = Number(new URL(server.url).port);
    await assert.rejects(
      serveBoards({ boards: [board], prometheus: 'http://127.0.0.1:1', port }),
      /another process listens on it[\s\S]*--port/,
    );
  });
});

test('the command serves them until it is ended', async () => {
  const [port, nobody] = [await getPort({ host: '127.0.0.1' }), await getPort({ host: '127.0.0.1' })];
  const processes = new Processes(newFolder());
  const command = [join(packageRoot, 'bin/vcf-ai.mjs'), 'local', 'dashboards', '--port', `${port}`];
  await processes.ensure({
    name: 'dashboards',
    command: process.execPath,
    args: [...command, '--prometheus', `http://127.0.0.1:${nobody}`],
    ready: () => answers(`http://127.0.0.1:${port}`),
    startSeconds: 60,
  });
  const { body } = await ask(`http://127.0.0.1:${port}/api/boards`);
  assert.deepEqual(
    JSON.parse(body).map(({ id }: Board) => id),
    BOARDS.map(({ id }) => id),
  );
  await processes.stopAll();
  assert.equal(await accepts('127.0.0.1', port), false);
});

test('refuses to serve what no Prometheus is named for, and what is none', async () => {
  const state = newFolder();
  await assert.rejects(serveDashboards({ state, port: 0 }), /no datacenter runs[\s\S]*--prometheus/);
  await assert.rejects(serveDashboards({ prometheus: 'localhost:9090', port: 0 }), /is no address/);
});
