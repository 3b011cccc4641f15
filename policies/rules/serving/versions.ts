import type { Operation } from 'fast-json-patch';
import { nearest } from '../../../base/text';
import { isAtLeast } from '../../../base/version';
import { absence, flagsOf, LIFETIMES, NEWEST_VLLM, OLDEST_VLLM } from '../../../base/vllm-lifetimes';
import { commandLineOf } from '../../command-line';
import { type ModelServer, modelServersIn, versionOf } from '../../model-servers';
import { SERVERS } from '../../pods';
import { defineRule, type Violation } from '../../rule';
import { ARGS } from '../baseline/model-server';
import { args, CONTAINER, container, SERVER } from './samples';

const older = (image: string, ...flags: readonly string[]) =>
  container({
    image,
    args: [...ARGS.filter((arg) => !/shutdown-timeout|force-include/.test(arg)), ...flags],
  });

export const knownFlags = defineRule({
  id: 'S11',
  title: 'a model server has only flags that its version supports',
  effect: 'failing',
  why: 'vLLM ends at a flag that it does not know: every pod fails at start.',
  source: 'argument parsers of the wheels of vLLM 0.18 to 0.33: base/vllm-flags.ts',
  fix: 'remove the flag',
  area: 'serving',
  scope: 'graph',
  kinds: [...SERVERS],
  good: [
    { shows: 'the log without probes', change: args('--disable-access-log-for-endpoints=/health,/metrics') },
    {
      shows: 'a flag that a version of long ago had',
      change: older('docker.io/vllm/vllm-openai:v0.10.2', '--disable-log-requests', '--swap-space=4'),
    },
    { shows: 'a part of a setting', change: args('--speculative_config.method=ngram') },
    {
      shows: 'a switch that is off, and a name that is cut',
      change: args('--no-enable-prefix-caching', '--trust-remote'),
    },
    {
      shows: 'a server that is not of the project itself',
      change: container({ image: 'registry.internal:5000/vllm-extended:v0.33.0', args: [...ARGS, '--omni'] }),
    },
  ],
  bad: [
    {
      shows: 'a flag of 2025',
      change: args('--swap-space=4'),
      finds: [`${SERVER} ${CONTAINER}/args/9`],
    },
    {
      shows: 'the same with an underscore and a value apart',
      change: args('--swap_space', '4'),
      finds: [`${SERVER} ${CONTAINER}/args/9`],
    },
    {
      shows: 'a flag of a later version',
      change: container({
        image: 'docker.io/vllm/vllm-openai:v0.24.0',
        args: [...ARGS, '--max-num-queued-reqs=64'],
      }),
      finds: [`${SERVER} ${CONTAINER}/args/9`],
    },
    {
      shows: 'a flag that no version has',
      change: args('--max-model-length=8192'),
      finds: [`${SERVER} ${CONTAINER}/args/9`],
    },
    {
      shows: 'a flag of later than the oldest that is known',
      change: container({ image: 'vllm/vllm-openai:v0.12.0', args: [...ARGS] }),
      finds: [`${SERVER} ${CONTAINER}/args/8`],
      also: [`X07 ${SERVER} ${CONTAINER}/image`],
    },
  ],
  check: (_, one) =>
    modelServersIn(one).flatMap((server) => {
      const version = versionOf(server.container);
      if (version === undefined) return [];
      return [...commandLineOf(server.container).flags.keys()].flatMap((flag) => {
        const refusal = refusalOf(flag.split('.')[0] ?? flag, version);
        return refusal === undefined ? [] : [placed(server, flag, refusal)];
      });
    }),
});

/** Flags of which it is known that they are younger than the oldest version in the table. */
const OF_THE_OLDEST = new Set(['shutdown-timeout']);

function refusalOf(flag: string, version: string): Pick<Violation, 'problem' | 'fix'> | undefined {
  const wrong = `vLLM ${version} has no flag --${flag} and does not start`;
  const lifetime = LIFETIMES.get(flag);
  // What the oldest version in the table has may be older.
  const mayHave = lifetime === undefined || (lifetime.since === OLDEST_VLLM && !OF_THE_OLDEST.has(flag));
  if (mayHave && !isAtLeast(version, OLDEST_VLLM)) return undefined;
  if (lifetime !== undefined) {
    switch (absence(lifetime, version)) {
      case 'later':
        return {
          problem: `${wrong}: ${lifetime.since} added it`,
          fix: `use vLLM ${lifetime.since} or later, or remove it`,
        };
      case 'gone':
        return { problem: `${wrong}: ${lifetime.removed} removed it`, fix: 'remove it' };
      default:
        return undefined;
    }
  }
  // Later versions may have more, and argparse takes the beginning of a name for the name.
  if (!isAtLeast(NEWEST_VLLM, version) || isKnown(flag, version)) return undefined;
  const meant = nearest(flag, flagsOf(version));
  return { problem: wrong, fix: meant === undefined ? 'remove it' : `use --${meant}` };
}

/** Flags of the command itself, which the table leaves out. */
const COMMON = ['help', 'version', 'omni'];

function isKnown(flag: string, version: string): boolean {
  const positive = flag.replace(/^no-/, '');
  return [...flagsOf(version), ...COMMON].some((each) => each.startsWith(flag) || each.startsWith(positive));
}

/** At the argument that has the flag; where a shell or the command has it, at the whole list. */
function placed(
  { container: { args: list = [], command }, at }: ModelServer,
  flag: string,
  refusal: Pick<Violation, 'problem' | 'fix'>,
): Violation {
  const index = list.findIndex(
    (arg) => /^--[^=\s]+/.exec(arg)?.[0].slice(2).replaceAll('_', '-') === flag.replaceAll('_', '-'),
  );
  if (index < 0)
    return { pointer: list.length > 0 || command === undefined ? `${at}/args` : `${at}/command`, ...refusal };
  const value = list[index] ?? '';
  const next = list[index + 1];
  const hasValueApart = !value.includes('=') && next !== undefined && !next.startsWith('-');
  const remove: Operation = { op: 'remove', path: `${at}/args/${index}` };
  return {
    pointer: `${at}/args/${index}`,
    value,
    ...refusal,
    ...(refusal.fix === 'remove it' && { patch: hasValueApart ? [remove, remove] : [remove] }),
  };
}
