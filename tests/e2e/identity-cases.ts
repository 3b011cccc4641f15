import { readFileSync } from 'node:fs';
import { connect } from 'node:http2';
import { request } from 'node:https';
import { generate } from 'selfsigned';
import type { Project } from './project';

/** A certificate and its key, PEM. */
export interface Certified {
  readonly cert: string;
  readonly key: string;
}

/** Subject alternative names as selfsigned takes them: DNS names are type 2, URIs 6, addresses 7. */
type Name =
  | { readonly type: 2; readonly value: string }
  | { readonly type: 6; readonly value: string }
  | { readonly type: 7; readonly ip: string };

/** A certificate authority of a test, valid for a day. */
export class Authority {
  private constructor(
    readonly cert: string,
    private readonly key: string,
  ) {}

  static async make(commonName: string): Promise<Authority> {
    const { cert, private: key } = await generate([{ name: 'commonName', value: commonName }], {
      ...COMMON,
      notAfterDate: tomorrow(),
      extensions: [
        { name: 'basicConstraints', cA: true, critical: true },
        { name: 'keyUsage', keyCertSign: true, cRLSign: true, digitalSignature: true, critical: true },
      ],
    });
    return new Authority(cert, key);
  }

  /** For a server and a client alike. */
  async certify(commonName: string, names: readonly Name[]): Promise<Certified> {
    const { cert, private: key } = await generate([{ name: 'commonName', value: commonName }], {
      ...COMMON,
      notAfterDate: tomorrow(),
      ca: { key: this.key, cert: this.cert },
      extensions: [
        { name: 'basicConstraints', cA: false, critical: true },
        { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
        { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
        ...(names.length === 0 ? [] : [{ name: 'subjectAltName' as const, altNames: [...names] }]),
      ],
    });
    return { cert, key };
  }
}

const COMMON = { algorithm: 'sha256', keyType: 'ec' } as const;
const tomorrow = () => new Date(Date.now() + 86_400_000);

/** What a client with TLS is told: a status, or why there was no handshake. */
export interface Told {
  readonly status: number;
  readonly text: string;
  readonly refused?: string;
}

export interface TlsAsk {
  readonly port: number;
  /** Of the gateway's certificate. */
  readonly ca: string;
  readonly client?: Certified;
  readonly headers?: Readonly<Record<string, string>>;
}

const PATH = '/v1/chat/completions';
const BODY = JSON.stringify({ model: 'any', messages: [{ role: 'user', content: 'Hello' }] });

/** One chat request over HTTP/1.1 and TLS, on a connection of its own. */
export function askOverTls({ port, ca, client, headers }: TlsAsk): Promise<Told> {
  return new Promise((resolve) => {
    const outgoing = request(
      {
        ...{ host: '127.0.0.1', port, path: PATH, method: 'POST', agent: false, ca, timeout: 30_000 },
        ...client,
        headers: { 'content-type': 'application/json', ...headers },
      },
      (incoming) => {
        const parts: Buffer[] = [];
        incoming.on('data', (part: Buffer) => parts.push(part));
        incoming.once('end', () =>
          resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(parts).toString() }),
        );
      },
    );
    outgoing.once('error', (error) => resolve({ status: 0, text: '', refused: error.message }));
    outgoing.end(BODY);
  });
}

/** The same over HTTP/2. */
export function askOverHttp2({ port, ca, client, headers }: TlsAsk): Promise<Told> {
  return new Promise((resolve) => {
    const session = connect(`https://127.0.0.1:${port}`, { ca, ...client });
    const end = (told: Told) => {
      session.close();
      resolve(told);
    };
    session.once('error', (error) => end({ status: 0, text: '', refused: error.message }));
    const stream = session.request({
      ...{ ':method': 'POST', ':path': PATH, 'content-type': 'application/json' },
      ...headers,
    });
    let status = 0;
    let text = '';
    stream.setEncoding('utf8');
    stream.once('response', (answer) => {
      status = Number(answer[':status']);
    });
    stream.on('data', (part: string) => {
      text += part;
    });
    stream.once('error', (error) => end({ status: 0, text: '', refused: error.message }));
    stream.once('end', () => end({ status, text }));
    stream.end(BODY);
  });
}

/** The model that answered, by the answer itself. */
export const modelOf = ({ text }: { readonly text: string }): string =>
  text.startsWith('{') ? (JSON.parse(text) as { model: string }).model : '';

/** The lines of the access log so far. */
export function accessLog(project: Project): Record<string, unknown>[] {
  return readFileSync(`${project.state}/logs/envoy.log`, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
}

/** Stops a stand-in without ending it, for as long as something runs: to its clients it is down. */
export async function whileAway<T>(project: Project, standIn: string, run: () => Promise<T>): Promise<T> {
  const pid = await project.pidOf(`stand-in:${standIn}`);
  process.kill(pid, 'SIGSTOP');
  try {
    return await run();
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}
