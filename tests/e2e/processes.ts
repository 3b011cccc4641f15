import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Processes that were started for a state folder: their command line or environment names it. */
export function processesOf(state: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      const file = `/proc/${pid}/cmdline`;
      const line = existsSync(file) ? readFileSync(file, 'utf8').replaceAll('\0', ' ') : '';
      return line.includes(state) ? [`${pid} ${line}`] : [];
    });
}
