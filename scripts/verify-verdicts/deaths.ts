import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { statusOf } from '../../local/client';
import { until } from '../../local/until';

/** Those that are started once, whatever objects change. */
const CONTROLLERS = ['ai-gateway-controller', 'envoy-gateway'];

/** The last words of a program written in Go. */
const LAST_WORDS = /^(?:panic|fatal error): .*/gm;

/** Which controllers died of what they were given, by their logs: one that is started again says nothing of it. */
export class Deaths {
  private readonly read = new Map<string, number>();

  /** @param state The folder of the datacenter. */
  constructor(private readonly state: string) {
    this.next();
  }

  /** Waits until those that died run again: nobody judges anything until then. */
  async revived(): Promise<void> {
    const run = async () => {
      const { components = [], note } = (await statusOf(this.state)) ?? {};
      const states = CONTROLLERS.map((name) => components.find((one) => one.name === name)?.state);
      return note === undefined && states.every((state) => state === 'running');
    };
    if (!(await until(run, 90, 300))) throw new Error('a controller that died does not run again');
  }

  /** `<controller>: <last words>` of each death since the last time. */
  next(): string[] {
    return CONTROLLERS.flatMap((name) => {
      const file = join(this.state, 'logs', `${name}.log`);
      if (!existsSync(file)) return [];
      const before = this.read.get(name) ?? 0;
      this.read.set(name, statSync(file).size);
      const words = readFileSync(file).subarray(before).toString().match(LAST_WORDS) ?? [];
      return [...new Set(words)].map((last) => `${name}: ${last}`);
    });
  }
}
