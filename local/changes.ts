import { readFileSync } from 'node:fs';
import type { ClientRequest } from 'node:http';
import { request } from 'node:https';
import type { Writes } from './kube';

/** How etcd is reached. */
export interface EtcdAccess {
  /** `https://127.0.0.1:<port>` */
  readonly url: string;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** What is written every few seconds while nothing happens: leases, heartbeats of nodes, events. */
const RESTLESS = new Set(['leases', 'masterleases', 'minions', 'events', 'peerserverleases']);

const base64 = (text: string) => Buffer.from(text).toString('base64');

/**
 * Whether anything was written to an API server's etcd, and to which kind, told by etcd itself. To look at every kind
 * twice a second and find nothing takes a tenth of a core.
 */
export class Changes implements Writes {
  private watch?: ClientRequest | undefined;
  /** Whether etcd tells of every write from now on. */
  private told = false;
  private lost = 0;
  private readonly counts = new Map<string, number>();
  private changed = true;
  private wake?: (() => void) | undefined;

  constructor(private readonly etcd: EtcdAccess) {}

  /** Forgets what was written until now: whoever calls this looks at everything next. */
  take(): void {
    this.watch ??= this.open();
    this.changed = false;
  }

  /** Resolves once something was written since `take`, at once where etcd does not tell, and after `ms` anyway. */
  async next(ms: number): Promise<void> {
    if (this.changed) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wake = undefined;
  }

  /** {@link Writes.stateOf} */
  stateOf(plural: string): string | undefined {
    return this.told ? `${this.lost}/${this.counts.get(plural) ?? 0}` : undefined;
  }

  close(): void {
    this.watch?.destroy();
    this.stir();
  }

  private stir(): void {
    this.changed = true;
    this.wake?.();
  }

  private read(line: string): void {
    // The first line says that it has begun.
    this.told = true;
    const kinds = kindsIn(line);
    for (const kind of kinds) this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
    if (kinds.some((kind) => !RESTLESS.has(kind))) this.stir();
  }

  /** etcd answers with a line of JSON for each batch of writes; a line is long where an object is. */
  private open(): ClientRequest {
    const { url, ca, cert, key } = this.etcd;
    const tls = { ca: readFileSync(ca), cert: readFileSync(cert), key: readFileSync(key) };
    const lost = () => {
      this.watch = undefined;
      this.told = false;
      this.lost += 1;
      this.stir();
    };
    let rest = '';
    const watch = request(`${url}/v3/watch`, { method: 'POST', agent: false, ...tls }, (response) => {
      response.setEncoding('latin1');
      response.on('data', (chunk: string) => {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) this.read(line);
      });
      response.once('close', lost);
    });
    watch.once('error', lost);
    // The request stays open: etcd ends the watch with it.
    watch.write(
      JSON.stringify({ create_request: { key: base64('/registry/'), range_end: base64('/registry0') } }),
    );
    return watch;
  }
}

/** The plural names of the kinds to which, by a line of a watch, something was written. */
export function kindsIn(line: string): string[] {
  const keys = [...line.matchAll(/"key":"([^"]*)"/g)].map(([, key = '']) =>
    Buffer.from(key, 'base64').toString(),
  );
  return [...new Set(keys.map(pluralIn))];
}

/** Of `/registry/<plural>/…`, and of `/registry/<group>/<plural>/…` where a definition made the kind. */
function pluralIn(key: string): string {
  const [, , first = '', second = ''] = key.split('/');
  return first.includes('.') ? second : first;
}
