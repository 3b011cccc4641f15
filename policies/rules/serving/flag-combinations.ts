import { commandLineOf, flagValue, numberAt } from '../../command-line';
import { type ModelServer, modelServersIn, versionOf } from '../../model-servers';
import { SERVERS } from '../../pods';
import { defineRule, type Violation } from '../../rule';
import { ARGS, VLLM } from '../baseline/model-server';
import { args, CONTAINER, container, SERVER } from './samples';

const AT = `${SERVER} ${CONTAINER}/args`;

const NIXL = '{"kv_connector":"NixlConnector","kv_role":"kv_both"}';

/** Where other pods find the server of NIXL. */
const HOST = {
  name: 'VLLM_NIXL_SIDE_CHANNEL_HOST',
  valueFrom: { fieldRef: { fieldPath: 'status.podIP' } },
};

export const flagCombinations = defineRule({
  id: 'S36',
  title: 'the flags of a model server go together',
  effect: 'failing',
  why:
    'vLLM ends at start where a flag needs another that is not there, where a value is not the JSON that it should be, and ' +
    'where Kubernetes hands over a flag and its value as one word or a variable that no shell replaces.',
  source:
    'vLLM 0.33, entrypoints/openai/cli_args.py (validate_parsed_serve_args), config/scheduler.py and entrypoints/openai/models; ' +
    'Python, argparse; Kubernetes, define a command and arguments',
  fix: 'add the flag that is missing, and write each flag as one word: --name=value',
  area: 'serving',
  scope: 'graph',
  kinds: [...SERVERS],
  good: [
    {
      shows: 'a parser for tools',
      change: args('--enable-auto-tool-choice', '--tool-call-parser=openai'),
    },
    { shows: 'adapters', change: args('--enable-lora', '--lora-modules=sql=/models/sql') },
    {
      shows: 'JSON, and a variable that Kubernetes replaces',
      change: container({
        args: [...ARGS, '--kv-transfer-config', NIXL, '--seed=$(SEED)'],
        env: [...(VLLM.env ?? []), { name: 'SEED', value: '1' }, HOST],
      }),
    },
    {
      shows: 'whole prompts in a batch',
      change: args('--no-enable-chunked-prefill', '--max-model-len=8192'),
    },
    {
      shows: 'a shell that takes words apart',
      change: container({
        command: ['sh', '-c'],
        args: [
          'exec vllm serve /models/oss --port 8000 --served-model-name oss -tp 4 --shutdown-timeout 120 --seed $SEED',
        ],
        env: [...(VLLM.env ?? []), { name: 'SEED', value: '1' }],
      }),
    },
  ],
  bad: [
    {
      shows: 'tools without a parser',
      change: args('--enable-auto-tool-choice'),
      finds: [AT],
    },
    {
      shows: 'adapters of a server without them',
      change: args('--lora-modules=sql=/models/sql'),
      finds: [AT],
    },
    { shows: 'a log of answers without one of requests', change: args('--enable-log-outputs'), finds: [AT] },
    { shows: 'JSON without its end', change: args(`--speculative-config=${NIXL.slice(0, -1)}`), finds: [AT] },
    {
      shows: 'prompts that are longer than a batch, and are not divided',
      change: args('--no-enable-chunked-prefill', '--max-model-len=32768'),
      finds: [AT],
    },
    { shows: 'a flag and its value in one word', change: args('--max-model-len 8192'), finds: [`${AT}/9`] },
    {
      shows: 'a variable for a shell that is not there',
      change: container({
        args: ['$MODEL', ...ARGS.slice(1)],
        env: [...(VLLM.env ?? []), { name: 'MODEL', value: '/models/oss' }],
      }),
      finds: [`${AT}/0`],
    },
    {
      shows: 'a command that the image begins with already',
      change: container({ command: null, args: ['serve', ...ARGS] }),
      finds: [`${AT}/0`],
    },
  ],
  check: (_, one) =>
    modelServersIn(one).flatMap((server) => [...missingPartners(server), ...wordFaults(server)]),
});

/** Flags of vLLM that end it where another is missing. */
const NEEDS: readonly (readonly [flag: string, needs: string, fix: string])[] = [
  ['enable-auto-tool-choice', 'tool-call-parser', 'add --tool-call-parser with the parser of the model'],
  ['enable-log-outputs', 'enable-log-requests', 'add --enable-log-requests'],
  ['lora-modules', 'enable-lora', 'add --enable-lora'],
];

/** Flags whose value is an object of JSON in every version. */
const JSON_FLAGS = [
  'kv-transfer-config',
  'kv-events-config',
  'speculative-config',
  'default-chat-template-kwargs',
];

function missingPartners(server: ModelServer): Violation[] {
  const line = commandLineOf(server.container);
  const { flags, isOpen } = line;
  const pointer = `${server.at}/${server.container.args === undefined ? 'command' : 'args'}`;
  if (isOpen) return [];
  const alone = NEEDS.filter(([flag, needs]) => flags.has(flag) && !flags.has(needs)).map(
    ([flag, needs, fix]) => ({
      pointer,
      problem: `--${flag} needs --${needs}, without which the server does not start`,
      fix,
    }),
  );
  return [...alone, ...jsonFaults(server, pointer), ...undividedPrompts(line, pointer)];
}

/** Of words that Kubernetes hands over as they are: a shell would take quotes away first. */
function jsonFaults({ container: own }: ModelServer, pointer: string): Violation[] {
  const words = [...(own.command ?? []), ...(own.args ?? [])];
  return JSON_FLAGS.flatMap((name) => {
    const spelled = [`--${name}`, `--${name.replaceAll('-', '_')}`];
    const index = words.findIndex((word) => spelled.includes(word.split('=', 1)[0] ?? ''));
    const word = words[index];
    if (word === undefined) return [];
    const value = word.includes('=') ? word.slice(word.indexOf('=') + 1) : (words[index + 1] ?? '');
    if (value.includes('$') || isJson(value)) return [];
    return [
      { pointer, value, problem: `the value of --${name} is not JSON`, fix: 'write an object of JSON' },
    ];
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function undividedPrompts(line: ReturnType<typeof commandLineOf>, pointer: string): Violation[] {
  const isUndivided =
    line.flags.has('no-enable-chunked-prefill') ||
    /^false$/i.test(flagValue(line, 'enable-chunked-prefill') ?? '');
  const length = numberAt(line, 'max-model-len') ?? Number.NaN;
  const batch = numberAt(line, 'max-num-batched-tokens') ?? Number.NaN;
  if (!isUndivided || !(batch < length)) return [];
  return [
    {
      pointer,
      problem: `a prompt may have ${length} tokens, a batch ${batch}, and without chunked prefill a prompt is not divided`,
      fix: 'raise --max-num-batched-tokens to --max-model-len, or leave chunked prefill on',
    },
  ];
}

/** Programs that take the words of a command line as they are. */
const PROGRAM = /(?:^|\/)(?:vllm|python3?(?:\.\d+)?)$/;

function wordFaults(server: ModelServer): Violation[] {
  const { container: own, at } = server;
  const { command, args: list = [], env = [] } = own;
  const isTaken = command === undefined ? versionOf(own) !== undefined : PROGRAM.test(command[0] ?? '');
  if (!isTaken) return [];
  const names = new Set(env.map(({ name }) => name));
  return [...list.entries()].flatMap(([index, word]) => {
    const pointer = `${at}/args/${index}`;
    if (index === 0 && word === 'serve' && command === undefined) {
      const problem = 'the image starts vLLM itself, which takes this word for the model';
      return [{ pointer, value: word, problem, fix: 'remove it' }];
    }
    const [, flag, value] = /^(--[A-Za-z][\w.-]*) +(\S.*)$/s.exec(word) ?? [];
    if (flag !== undefined) {
      const problem = `${flag} and its value are one word, which vLLM takes for a name`;
      return [
        {
          ...{ pointer, value: word, problem, fix: `write ${flag}=${value}` },
          patch: [{ op: 'replace' as const, path: pointer, value: `${flag}=${value}` }],
        },
      ];
    }
    const name = /(?:^|=)\$\{?([A-Za-z_]\w*)\}?$/.exec(word)?.[1];
    if (name === undefined || !names.has(name)) return [];
    const problem = `no shell replaces $${name}: vLLM gets these letters`;
    return [{ pointer, value: word, problem, fix: `write $(${name}), which Kubernetes replaces` }];
  });
}
