import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Board, BoardVariable, Panel } from '../../base/board';
import { panelsOf } from '../../base/board';
import { UserError } from '../../base/user-error';
import { type PanelAnswer, RANGES, type Range } from './answer';
import { type PageFile, pageFiles } from './page-files';
import { BoardSource, type Chosen, fill } from './promql';

export interface BoardServerProps {
  readonly boards: readonly Board[];
  /** `http://127.0.0.1:9090` */
  readonly prometheus: string;
  /** 0 for a free one. */
  readonly port: number;
}

export interface BoardServer {
  /** Where a browser opens it. */
  readonly url: string;
  close(): Promise<void>;
}

/** A request that is not one of the page's. */
class BadRequest extends UserError {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** A page may load what this server has, and nothing else. */
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/** A value of a variable: what a label may hold, and no more of it than a person would read. */
const LONGEST_VALUE = 253;

/**
 * Serves boards to a browser on this machine, from a Prometheus.
 *
 * It listens on loopback and answers only under its own name (a page of another site whose name was bound to 127.0.0.1
 * sends that name), only GET, and only panels of its boards: a request names board, panel, time and values of variables,
 * and never a query of its own, so that this is no way to everything that Prometheus holds.
 */
export async function serveBoards({ boards, prometheus, port }: BoardServerProps): Promise<BoardServer> {
  const files = await pageFiles();
  const source = new BoardSource(prometheus);
  const server = createServer((request, response) => {
    const own = (server.address() as AddressInfo).port;
    void answer(request, response, own, { boards, files, source });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening').catch((error: NodeJS.ErrnoException) => {
    throw new UserError(
      `port ${port} of 127.0.0.1 cannot be had: ${error.code === 'EADDRINUSE' ? 'another process listens on it' : error.message}\n` +
        'fix: choose another port with --port',
    );
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Content {
  readonly boards: readonly Board[];
  readonly files: ReadonlyMap<string, PageFile>;
  readonly source: BoardSource;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  port: number,
  content: Content,
): Promise<void> {
  const send = (status: number, contentType: string, body: string | Buffer) => {
    response.writeHead(status, { ...HEADERS, 'content-type': contentType });
    response.end(body);
  };
  try {
    refuseStrangers(request, port);
    const url = new URL(request.url ?? '/', 'http://localhost');
    const file = content.files.get(url.pathname);
    if (file) return send(200, file.contentType, file.body);
    const said = JSON.stringify(await dataFor(url, content));
    send(200, 'application/json', said);
  } catch (error) {
    const status = error instanceof BadRequest ? error.status : error instanceof UserError ? 502 : 500;
    send(status, 'application/json', JSON.stringify({ error: (error as Error).message }));
  }
}

function refuseStrangers({ method, headers }: IncomingMessage, port: number): void {
  if (![`127.0.0.1:${port}`, `localhost:${port}`].includes(headers.host ?? '')) {
    throw new BadRequest(421, `this server is http://127.0.0.1:${port}/ and answers under no other name`);
  }
  if (method !== 'GET') throw new BadRequest(405, 'only GET is answered');
}

async function dataFor({ pathname, searchParams }: URL, { boards, source }: Content): Promise<unknown> {
  if (pathname === '/api/boards') return boards;
  if (pathname !== '/api/panel' && pathname !== '/api/variable') {
    throw new BadRequest(404, 'known paths are /, /api/boards, /api/panel and /api/variable');
  }
  const board = known(boards, searchParams.get('board'), 'board');
  const range = rangeOf(searchParams.get('range'));
  const now = Math.floor(Date.now() / 1000);
  if (pathname === '/api/panel') {
    const panel = known(panelsOf(board), searchParams.get('panel'), 'panel');
    const chosen = Object.keys(board.variables).map((name) => [name, chosenValue(searchParams, name)]);
    return panelData(source, panel, Object.fromEntries(chosen), range, now);
  }
  const name = searchParams.get('name') ?? '';
  const variable = Object.hasOwn(board.variables, name) ? board.variables[name as BoardVariable] : undefined;
  if (variable === undefined) {
    const names = Object.keys(board.variables).join(', ') || 'none';
    throw new BadRequest(404, `variables of board ${board.id} are ${names}`);
  }
  return source.labelValues(variable.series, variable.label, range, now);
}

function panelData(
  source: BoardSource,
  { kind, queries }: Panel,
  chosen: Chosen,
  range: Range,
  now: number,
): Promise<PanelAnswer> {
  const promql = queries.map(({ expression }) => fill(expression.promql, chosen, range));
  return kind === 'table' ? source.at(promql, range, now) : source.over(promql, range, now);
}

function known<T extends { readonly id: string }>(all: readonly T[], id: string | null, what: string): T {
  const found = all.find((one) => one.id === id);
  if (found) return found;
  throw new BadRequest(404, `no ${what} ${id}; known are ${all.map((one) => one.id).join(', ')}`);
}

function rangeOf(text: string | null): Range {
  const range = Number(text);
  if (Object.hasOwn(RANGES, range)) return range as Range;
  throw new BadRequest(
    400,
    `range=${text} is not allowed; allowed are ${Object.keys(RANGES).join(', ')} seconds`,
  );
}

function chosenValue(given: URLSearchParams, name: string): string | undefined {
  const value = given.get(name) ?? '';
  if (value.length > LONGEST_VALUE) {
    throw new BadRequest(400, `${name} has ${value.length} characters; at most ${LONGEST_VALUE} are allowed`);
  }
  return value === '' ? undefined : value;
}
