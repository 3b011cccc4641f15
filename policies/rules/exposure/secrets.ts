import { defineRule } from '../../rule';
import { VLLM } from '../baseline/model-server';
import { args, CONTAINER, container, SERVER, variables } from '../serving/samples';
import { EVERY_CONTAINER, WORKLOADS } from './containers';

/** Beginnings and forms that only credentials have, for RE2. */
const FORMS = [
  '-----BEGIN [A-Z ]*PRIVATE KEY-----',
  '(^|[^A-Za-z0-9_-])sk-[A-Za-z0-9_-]{20,}',
  '(^|[^A-Za-z0-9])hf_[A-Za-z0-9]{30,}',
  '(^|[^A-Z0-9])AKIA[0-9A-Z]{16}([^0-9A-Z]|$)',
  '(^|[^A-Za-z0-9_-])AIza[0-9A-Za-z_-]{35}',
  '(^|[^A-Za-z0-9])(ghp|gho|ghs|github_pat|glpat|xox[abp])[_-][A-Za-z0-9_-]{20,}',
].join('|');

/** One of them is in each of the forms. */
const IN_FORMS = [
  ...['PRIVATE KEY-----', 'sk-', 'hf_', 'AKIA', 'AIza'],
  ...['ghp', 'gho', 'ghs', 'github_pat', 'glpat', 'xox'],
];

/**
 * CEL: whether a text has the form of a credential. Texts are long (the bootstrap of an Envoy is an argument) and written
 * again with each change, and a text is found in them much quicker than a pattern.
 */
export const hasForm = (text: string): string =>
  `(${JSON.stringify(IN_FORMS)}.exists(part, ${text}.contains(part)) && ${text}.matches(${quoted(FORMS)}))`;

/** Names under which a value is a credential. */
const NAMES = '(?i)(^|_)(API_?KEY|ACCESS_?KEY|SECRET|SECRET_?KEY|TOKEN|PASSWORD|PASSWD|PRIVATE_?KEY)$';

/** Flags that take one. `$(NAME)` is a variable, which the kubelet puts in. */
const FLAGS = '^--?([a-z-]+-)?(api-?key|password|secret|token)=[^$]';

/** What is not there in Git, so that no scanner of this repository takes a sample for a key. */
const fake = (first: string, second: string) => [first, second, 'A'.repeat(35)].join('');

const FAKE = fake('s', 'k-');

const FAKES: Readonly<Record<string, string>> = {
  'a private key': ['-----BEGIN RSA', 'PRIVATE KEY-----'].join(' '),
  'a token of the Hugging Face hub': fake('h', 'f_'),
  'an access key of AWS': fake('AK', 'IA').slice(0, 20),
  'a key of Google': fake('AI', 'za'),
  ...Object.fromEntries(
    ['ghp_', 'gho_', 'ghs_', 'github_pat_', 'glpat-', 'xoxa-', 'xoxb-', 'xoxp-'].map((begin) => [
      `a token that begins with ${begin}`,
      fake(begin.slice(0, 2), begin.slice(2)),
    ]),
  ),
};

const config = (data: object) => ({
  'configmap/ai/settings': {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: 'ai', name: 'settings' },
    data,
  },
});

export const configSecrets = defineRule({
  id: 'X05',
  title: 'a ConfigMap contains no credentials',
  effect: 'unsafe',
  why:
    'ConfigMaps can be read by everyone with view access to a namespace, are not encrypted at rest like ' +
    'Secrets, and appear in every diff and every deployment log.',
  source: 'Kubernetes, good practices for Secrets',
  fix: 'move it to a Secret, and rotate it, because it may have been read',
  area: 'exposure',
  scope: 'object',
  kinds: ['ConfigMap'],
  good: [
    {
      shows: 'settings',
      change: config({ model: 'oss', 'task-list': 'ask-everybody-for-their-opinion-twice' }),
    },
  ],
  bad: [
    {
      shows: 'the key of a provider',
      change: config({ 'settings.yaml': `apiKey: ${FAKE}` }),
      finds: ['configmap/ai/settings /data'],
    },
    ...Object.entries(FAKES).map(([shows, value]) => ({
      shows,
      change: config({ 'settings.yaml': `value: ${value}` }),
      finds: ['configmap/ai/settings /data'],
    })),
  ],
  checks: [
    {
      expression: `object.?data.orValue({}).all(key, !${hasForm('object.data[key]')})`,
      pointer: '/data',
      problem: 'a value looks like a credential',
    },
  ],
});

export const containerSecrets = defineRule({
  id: 'X06',
  title: 'a container takes credentials from Secrets',
  effect: 'unsafe',
  why:
    'The variables and arguments of a pod can be read by everyone who may view pods, and the arguments by ' +
    'every process of the node.',
  source: 'Kubernetes, good practices for Secrets; Pod Security',
  fix: 'use valueFrom.secretKeyRef, and $(VARIABLE) in arguments; rotate the credential',
  area: 'exposure',
  scope: 'object',
  kinds: [...WORKLOADS],
  good: [
    {
      shows: 'a variable from a Secret, and an argument from the variable',
      change: container({
        env: [
          ...(VLLM.env ?? []),
          { name: 'VLLM_API_KEY', valueFrom: { secretKeyRef: { name: 'oss', key: 'apiKey' } } },
        ],
        args: [...(VLLM.args ?? []), '--api-key=$(VLLM_API_KEY)'],
      }),
    },
    { shows: 'a number of tokens', change: variables({ MAX_TOKENS: '4096' }) },
  ],
  bad: [
    {
      shows: 'a key as a variable',
      change: variables({ VLLM_API_KEY: 'correct horse' }),
      finds: [`${SERVER} ${CONTAINER}/env`],
    },
    {
      shows: 'a key under another name',
      change: variables({ OPENAI: FAKE }),
      finds: [`${SERVER} ${CONTAINER}/env`],
    },
    {
      shows: 'a key as an argument',
      change: args('--api-key=correct-horse'),
      finds: [`${SERVER} ${CONTAINER}/args`],
    },
  ],
  checks: EVERY_CONTAINER.flatMap(({ path, kinds }) => {
    const pointer = `/${path.replaceAll('.', '/')}/*`;
    return [
      {
        kinds,
        each: [path],
        as: ['container'],
        expression:
          'container.?env.orValue([]).all(entry, entry.?value.orValue("") == "" || entry.value.startsWith("$(") || ' +
          `!(entry.name.matches(${quoted(NAMES)}) || ${hasForm('entry.value')}))`,
        pointer: `${pointer}/env`,
        problem: 'a variable contains a credential',
      },
      {
        kinds,
        each: [path],
        as: ['container'],
        expression:
          '(container.?command.orValue([]) + container.?args.orValue([])).all(word, ' +
          `!word.matches(${quoted(FLAGS)}) && !${hasForm('word')})`,
        pointer: `${pointer}/args`,
        problem: 'an argument contains a credential',
      },
    ];
  }),
});

/** A text as CEL writes it. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
