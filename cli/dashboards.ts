import getPort from 'get-port';
import { UserError } from '../base/user-error';
import { BOARDS } from '../constructs/dashboards';
import { statusOf } from '../local/client';
import { type BoardServer, serveBoards } from '../local/dashboards/server';
import { stateDir } from '../local/paths';
import { DASHBOARDS_PORT } from '../local/ports';

export interface DashboardsOptions {
  readonly state?: string;
  /** Address of another Prometheus than the datacenter's. */
  readonly prometheus?: string;
  readonly port?: number;
  readonly json?: true;
}

/** @throws UserError when no datacenter runs, or one without a data plane */
async function embeddedPrometheus(state: string): Promise<string> {
  const status = await statusOf(state);
  if (!status) {
    throw new UserError(
      `no datacenter runs in ${state}\nfix: start it with vcf-ai local up, or name a Prometheus with --prometheus`,
    );
  }
  if (status.prometheus) return status.prometheus;
  throw new UserError(
    `the datacenter in ${state} has no Prometheus\nfix: vcf-ai local down, then vcf-ai local up without --control-plane-only`,
  );
}

/** @throws UserError for what is no address of a web server */
function addressOf(text: string): string {
  if (!/^https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/.test(text)) {
    throw new UserError(`--prometheus ${text} is no address\nfix: write it as http://127.0.0.1:9090`);
  }
  return text.replace(/\/$/, '');
}

/**
 * Serves the boards from a Prometheus, until the process ends.
 *
 * @throws UserError when there is no Prometheus, or when the port cannot be had
 */
export async function serveDashboards({ state, prometheus, port }: DashboardsOptions): Promise<BoardServer> {
  return serveBoards({
    boards: BOARDS,
    prometheus: prometheus === undefined ? await embeddedPrometheus(stateDir(state)) : addressOf(prometheus),
    port: port ?? (await getPort({ host: '127.0.0.1', port: DASHBOARDS_PORT })),
  });
}

/** `vcf-ai local dashboards`: says where they are, and serves them until it is interrupted. */
export async function tellDashboards(options: DashboardsOptions): Promise<void> {
  const { url } = await serveDashboards(options);
  if (options.json)
    return console.log(JSON.stringify({ url, boards: BOARDS.map(({ id }) => `${url}#${id}`) }));
  const lines = BOARDS.map(({ id, title }) => `  ${title.padEnd(20)}${url}#${id}`);
  console.log(['The dashboards are served until this command is interrupted (Ctrl-C):', ...lines].join('\n'));
}
