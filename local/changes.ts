import { readFileSync } from 'node:fs';
import type { ClientRequest } from 'node:http';
import { request } from 'node:https';

/** How etcd is reached. */
export interface EtcdAccess {
  /** `https://127.0.0.1:<port>` */
  readonly url: string;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** What is written every few seconds while nothing happens: leases, heartbeats of nodes, events. */
const RESTLESS = /^\/registry\/(leases|masterleases|minions|events|peerserverleases)\//;

const base64 = (text: string) => Buffer.from(text).toString('base64');

/**
 * Whether anything was written to an API server's etcd, told by etcd itself. To look at every kind twice a second and
 * find nothing takes a tenth of a core.
 */
export class Changes {
  private watch?: ClientRequest | undefined;
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

  close(): void {
    this.watch?.destroy();
    this.stir();
  }

  private stir(): void {
    this.changed = true;
    this.wake?.();
  }

  /** etcd answers with a line of JSON for each batch of writes; a line is long where an object is. */
  private open(): ClientRequest {
    const { url, ca, cert, key } = this.etcd;
    const tls = { ca: readFileSync(ca), cert: readFileSync(cert), key: readFileSync(key) };
    const lost = () => {
      this.watch = undefined;
      this.stir();
    };
    let rest = '';
    const watch = request(`${url}/v3/watch`, { method: 'POST', agent: false, ...tls }, (response) => {
      response.setEncoding('latin1');
      response.on('data', (chunk: string) => {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        if (lines.some(isChange)) this.stir();
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

/** Whether a line of a watch tells of a key that does not change by itself. */
export function isChange(line: string): boolean {
  return [...line.matchAll(/"key":"([^"]*)"/g)].some(
    ([, key = '']) => !RESTLESS.test(Buffer.from(key, 'base64').toString()),
  );
}
