// A reporter of node's test runner: the files that took longest, so that growth is seen.
import { relative } from 'node:path';

const MOST = 10;

export default async function* slowest(events) {
  const took = new Map();
  for await (const { type, data } of events) {
    if ((type !== 'test:pass' && type !== 'test:fail') || data.nesting !== 0 || !data.file) continue;
    const file = relative(process.cwd(), data.file);
    took.set(file, (took.get(file) ?? 0) + data.details.duration_ms);
  }
  const sorted = [...took].sort((a, b) => b[1] - a[1]).slice(0, MOST);
  if (sorted.length < 2) return;
  yield `the slowest of ${took.size} files:\n`;
  for (const [file, milliseconds] of sorted) yield `  ${(milliseconds / 1000).toFixed(1)} s ${file}\n`;
}
