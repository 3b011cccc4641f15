import { randomInt } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import getPort, { portNumbers } from 'get-port';

/** Where the dashboards are, unless something else is there: beside the gateway's 10080 and 10443. */
export const DASHBOARDS_PORT = 10_090;

/** The lowest port that is given: below it are those of well-known services and of the platform's controllers. */
const LOWEST = 20_000;

const EPHEMERAL = '/proc/sys/net/ipv4/ip_local_port_range';

/**
 * The ports between {@link LOWEST} and those that the kernel gives to outgoing connections, in an order that begins
 * anywhere: two datacenters that start at once should not try the same ones. A port of the kernel's range can be the
 * local end of somebody's connection by the time that its component listens.
 *
 * @returns Nothing where the kernel's range leaves no room; any free port will do then.
 */
function candidates(): readonly number[] {
  const first = Number(readFileSync(EPHEMERAL, 'utf8').trim().split(/\s+/)[0]);
  if (first <= LOWEST) return [];
  const ports = [...portNumbers(LOWEST, first - 1)];
  const begin = randomInt(ports.length);
  return [...ports.slice(begin), ...ports.slice(0, begin)];
}

/**
 * Free loopback ports by name, remembered in `<state>/ports.json` so that a second `up` serves where the first
 * one did. A remembered port that somebody else took meanwhile is replaced.
 */
export class Ports {
  private readonly file: string;
  private readonly known: Record<string, number>;

  constructor(state: string) {
    this.file = join(state, 'ports.json');
    this.known = existsSync(this.file) ? JSON.parse(readFileSync(this.file, 'utf8')) : {};
  }

  /** Chooses a port for each name, and none of those that outgoing connections get. */
  async choose(names: readonly string[]): Promise<void> {
    const taken: number[] = [];
    const fresh = candidates();
    for (const name of names) {
      const before = this.known[name];
      const port = await getPort({
        host: '127.0.0.1',
        exclude: taken,
        port: before === undefined ? fresh : [before, ...fresh],
      });
      taken.push(port);
      this.known[name] = port;
    }
    writeFileSync(this.file, `${JSON.stringify(this.known, null, 2)}\n`, { mode: 0o600 });
  }

  get(name: string): number {
    const port = this.known[name];
    if (port === undefined) throw new Error(`no port is assigned to ${name}`);
    return port;
  }
}

/** The process that listens on a port, as `name (pid 123)`, as far as this user may see it. */
export function holderOf(port: number): string | undefined {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  const inodes = new Set<string>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    if (!existsSync(table)) continue;
    for (const line of readFileSync(table, 'utf8').split('\n').slice(1)) {
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
      if (state === '0A' && local?.endsWith(`:${wanted}`) && inode) inodes.add(`socket:[${inode}]`);
    }
  }
  if (inodes.size === 0) return undefined;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (openFiles(pid).some((target) => inodes.has(target))) {
      return `${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()} (pid ${pid})`;
    }
  }
  return 'a process of another user';
}

/** What a process's descriptors point to; nothing for a process that is gone or not ours. */
function openFiles(pid: string): string[] {
  const gone = (error: unknown) =>
    ['ENOENT', 'EACCES', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '');
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
      } catch (error) {
        if (gone(error)) return [];
        throw error;
      }
    });
  } catch (error) {
    if (gone(error)) return [];
    throw error;
  }
}
