import { Buffer } from 'node:buffer';
import { linksFrom } from '../../links';
import { defineRule } from '../../rule';
import { isPlaceholder, textsOf } from './secret-texts';

/** The only key of the Secret that Envoy Gateway reads. */
const KEY = '.htpasswd';

/** Bytes of a SHA-1. */
const DIGEST = 20;

const AT = 'securitypolicy/ai/chat /spec/basicAuth/users';

const SHA = '{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=';

const users = (stringData: object) => ({
  'securitypolicy/ai/chat': { spec: { apiKeyAuth: null, basicAuth: { users: { name: 'users' } } } },
  'secret/ai/users': {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace: 'ai', name: 'users' },
    stringData,
  },
});

export const basicAuth = defineRule({
  id: 'G44',
  title: 'the users of basic authentication are in a format that Envoy knows',
  effect: 'refused',
  why:
    'Envoy knows passwords as {SHA} with an unsalted SHA-1 in base64, and no others: for bcrypt, MD5, crypt or a ' +
    'password as it is, and for a Secret without the key .htpasswd, Envoy Gateway refuses the policy, and the ' +
    'routes answer 500.',
  source: 'envoyproxy/gateway v1.8.3, internal/gatewayapi/securitypolicy.go (validateHtpasswdFormat)',
  fix: 'write the lines with htpasswd -s, under the key .htpasswd',
  area: 'gateway',
  scope: 'graph',
  kinds: ['SecurityPolicy'],
  good: [
    { shows: 'two users', change: users({ [KEY]: `batch:${SHA}\r\n\nsearch:${SHA}\n` }) },
    { shows: 'base64, as the API server has it', change: { ...users({}), ...encoded(`batch:${SHA}`) } },
  ],
  bad: [
    {
      shows: 'bcrypt',
      change: users({ [KEY]: 'batch:$2y$05$c4WoMPo3SXsafkva.HHa6uXQZWr7oboPiC2bT/r7q1BB8I2s0BRqC' }),
      finds: [AT],
    },
    { shows: 'a password as it is', change: users({ [KEY]: `batch:${SHA}\nsearch:secret` }), finds: [AT] },
    { shows: 'another key', change: users({ auth: `batch:${SHA}` }), finds: [AT] },
  ],
  check: (all, policy) =>
    linksFrom(all, policy, 'Secret')
      .filter(({ reference }) => reference.pointer === '/spec/basicAuth/users')
      .flatMap(({ reference: { pointer, to }, object }) => {
        const problem = wrongWith(textsOf(object)[KEY] ?? '');
        if (problem === undefined) return [];
        return [{ pointer, value: to.name, problem: `the policy is refused: Secret ${to.name} ${problem}` }];
      }),
});

function wrongWith(text: string): string | undefined {
  if (isPlaceholder(text)) return undefined;
  if (text === '') return `has nothing under ${KEY}`;
  const lines = text.split('\n').map((line) => line.trim());
  const wrong = lines.findIndex((line) => line !== '' && !isUser(line));
  return wrong < 0
    ? undefined
    : `has in line ${wrong + 1} of ${KEY} a user without a password of the kind {SHA}`;
}

function isUser(line: string): boolean {
  const [, digest] = /^[^:]*:\{SHA\}(.*)$/.exec(line) ?? [];
  return digest !== undefined && Buffer.from(digest, 'base64').length === DIGEST;
}

function encoded(text: string): Record<string, object> {
  return {
    'secret/ai/users': {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { namespace: 'ai', name: 'users' },
      data: { [KEY]: Buffer.from(text).toString('base64') },
    },
  };
}
