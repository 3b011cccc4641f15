import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { METER } from '../../constructs/meter';
import { TOKEN_METADATA_NAMESPACE } from '../../constructs/token-metadata';
import { findAll, toolchainOf } from '../../local/toolchain/resolve';
import { until } from '../../local/until';
import { type BareEnvoy, cluster, extension, startBareEnvoy } from '../bare-envoy';

/** What the meter wrote: tokens, and the model that answered. */
export type Metered = Readonly<Record<string, number | string>>;

/** The filter that counts tokens. */
export const METER_FILTER = extension('envoy.filters.http.lua', 'filters.http.lua.v3.Lua', {
  default_source_code: { inline_string: METER },
});

/** A real Envoy before a model, whose access log has the path of each call and what was counted of it. */
export async function envoyBefore(port: number, filters: readonly object[]): Promise<BareEnvoy> {
  return startBareEnvoy(toolchainOf(await findAll()).file('envoy'), {
    routes: [{ match: { prefix: '/' }, route: { cluster: 'model', timeout: '60s' } }],
    clusters: [cluster('model', port)],
    filters,
    format: { path: '%PATH(NQ)%', tokens: `%DYNAMIC_METADATA(${TOKEN_METADATA_NAMESPACE})%` },
  });
}

/** The calls in the access log of such an Envoy so far, in the order of their ends. */
export function callsOf(envoy: BareEnvoy): readonly { readonly path: string; readonly tokens: Metered }[] {
  return envoy
    .lines()
    .map((line): { path: string; tokens: Metered | null } => JSON.parse(line))
    .map(({ path, tokens }) => ({ path, tokens: tokens ?? {} }));
}

/** A real Envoy with the meter and nothing else between a client and a server of the test's. */
export class MeterProxy {
  private constructor(
    private readonly envoy: BareEnvoy,
    private readonly closeServer: () => void,
  ) {}

  static async start(answer: RequestListener): Promise<MeterProxy> {
    const server = createServer(answer).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const envoy = await envoyBefore((server.address() as AddressInfo).port, [METER_FILTER]);
    return new MeterProxy(envoy, () => {
      server.closeAllConnections();
      server.close();
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.envoy.port}`;
  }

  /** What was counted of each call to a path, in the order of their ends; waits for so many. */
  async metered(path: string, count = 1): Promise<readonly Metered[]> {
    const found = () => callsOf(this.envoy).filter((call) => call.path === path);
    await until(async () => found().length >= count, 20);
    return found().map(({ tokens }) => tokens);
  }

  async stop(): Promise<void> {
    await this.envoy.stop();
    this.closeServer();
  }
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}
