// A reporter of node's test runner: what failed, to be said again where a long run ends.
import { relative } from 'node:path';
import { inspect } from 'node:util';

/** A suite fails with its tests, which are told each. */
const isOfOthers = ({ failureType }) => failureType === 'subtestsFailed';

export default async function* failed(events) {
  for await (const { type, data } of events) {
    if (type !== 'test:fail' || isOfOthers(data.details.error)) continue;
    const place = data.file ? `${relative(process.cwd(), data.file)}:${data.line}: ` : '';
    const { cause = data.details.error } = data.details.error;
    yield `✗ ${place}${data.name}\n${inspect(cause).replaceAll(/^/gm, '    ')}\n`;
  }
}
