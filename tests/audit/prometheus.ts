import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import execa from 'execa';
import getPort from 'get-port';
import { answers } from '../../local/probe';
import { Processes } from '../../local/process';
import { silent } from '../../local/progress';
import { ensureToolchain } from '../../local/toolchain';
import { newFolder } from '../local/scratch';

/** A series as it is written, and its samples: milliseconds since 1970 and the value. */
export type Written = Readonly<Record<string, readonly (readonly [at: number, value: number])[]>>;

/** Lines of OpenMetrics, a metric after the other; it has no space between labels. */
function openMetrics(series: Written): string {
  const lines = Object.keys(series)
    .sort()
    .flatMap((name) =>
      (series[name] ?? []).map(([at, value]) => `${name.replaceAll(', ', ',')} ${value} ${at / 1000}`),
    );
  return `${lines.join('\n')}\n# EOF\n`;
}

/** A real Prometheus that scrapes nothing and has these samples. */
export async function startPrometheus(series: Written): Promise<{ url: string; stop: () => Promise<void> }> {
  const folder = newFolder();
  const [data, config, page] = ['data', 'prometheus.yml', 'page'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  mkdirSync(data);
  writeFileSync(config, 'scrape_configs: []\n');
  writeFileSync(page, openMetrics(series));
  const toolchain = await ensureToolchain(silent, { forTests: true });
  await execa(toolchain.file('promtool'), [
    'tsdb',
    'create-blocks-from',
    'openmetrics',
    '--quiet',
    page,
    data,
  ]);
  const port = await getPort({ host: '127.0.0.1' });
  const url = `http://127.0.0.1:${port}`;
  const processes = new Processes(folder);
  await processes.ensure({
    name: 'prometheus',
    command: toolchain.file('prometheus'),
    args: [
      ...[`--config.file=${config}`, `--storage.tsdb.path=${data}`, '--log.level=error'],
      ...[`--web.listen-address=127.0.0.1:${port}`, '--storage.tsdb.retention.time=100y'],
    ],
    ready: () => answers(`${url}/-/ready`),
    startSeconds: 60,
    address: url,
  });
  return { url, stop: () => processes.stopAll() };
}
