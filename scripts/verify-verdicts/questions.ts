import type { OutgoingHttpHeaders } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Caller, type Chat, told } from './caller';
import { type CallVerdict, shortened } from './record';

/** How often an answer has to be the same before it counts, and how often it is asked for. */
const TIMES = 2;
const TRIES = 6;
const BETWEEN_MS = 700;

/** One call, or some, and how what comes of it is told. */
export interface Question {
  readonly sent: string;
  /** What should come of it. */
  readonly should: string;
  /** Whether it did. Default: what came begins with it. */
  isRight?(came: string): boolean;
  ask(caller: Caller): Promise<string>;
}

/** The keys of the sound bundle's clients. */
const [BATCH, SEARCH] = ['batch', 'search'].map((name) => `the key of ${name}`.repeat(2)) as [string, string];

const COOKIE = 'the session of a browser';

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

const SERVED = '200 from the provider';

const REFUSED = '401';

const chat = (
  sent: string,
  headers: OutgoingHttpHeaders,
  { should = SERVED, ...more }: Partial<Chat> & { readonly should?: string } = {},
): Question => ({
  sent,
  should,
  ask: async (caller) => told(await caller.chat({ model: 'chat', headers, ...more })),
});

const CHAT = chat('a chat with a client’s key', bearer(BATCH));

const WITHOUT_KEY = chat('a chat without a key', {}, { should: REFUSED });

/** With where the provider saw a secret. */
const tracked = (
  sent: string,
  headers: OutgoingHttpHeaders,
  name: string,
  secret: (caller: Caller) => string,
  should = `${SERVED}; ${name} came in no header`,
): Question => ({
  sent,
  should,
  ask: async (caller) => {
    const answered = await caller.chat({ headers, model: 'chat' });
    if (answered.seen.length === 0) return told(answered);
    const places = caller.places(answered, secret(caller));
    const came = places.length > 0 ? places.join(' and ').replaceAll('header ', '') : 'no header';
    return `${told(answered)}; ${name} came in ${came}`;
  },
});

const PROVIDER_KEY = tracked(
  'a chat with a client’s key',
  bearer(BATCH),
  'the provider’s key',
  ({ providerKey }) => providerKey,
  SERVED,
);

/** How often the provider is asked while it answers with a status. */
const failing = (status: number): Question => ({
  sent: `a chat while the provider answers ${status}`,
  should: `${status} from the provider; it was asked 3 times`,
  ask: async (caller) => {
    const answered = await caller.whileRefusing(status, () =>
      caller.chat({ headers: bearer(BATCH), model: 'chat' }),
    );
    const times = answered.seen.length === 1 ? 'once' : `${answered.seen.length} times`;
    return `${told(answered)}; it was asked ${times}`;
  },
});

const get = (path: string): Question => ({
  sent: `GET ${path} with a client’s key`,
  should: 'an answer from the site',
  isRight: (came) => came.endsWith(' from the site'),
  ask: async (caller) => told(await caller.send({ path, headers: bearer(BATCH) })),
});

/** Many calls at once, counted by their status. */
const many = (sent: string, count: number, headersOf: (index: number) => OutgoingHttpHeaders): Question => ({
  sent,
  should: '429 for what is more than the limit',
  isRight: (came) => came.includes('429'),
  ask: async (caller) => {
    const answers = await caller.chats(count, (index) => ({ headers: headersOf(index), model: 'chat' }));
    const counts = new Map<number, number>();
    for (const { status } of answers) counts.set(status, (counts.get(status) ?? 0) + 1);
    return [...counts]
      .sort(([a], [b]) => a - b)
      .map(([status, of]) => `${status} for ${of === count ? `all ${of}` : of}`)
      .join(', ');
  },
});

const COOKIES = tracked(
  'a chat with a client’s key and a cookie',
  { ...bearer(BATCH), cookie: COOKIE },
  'the cookie',
  () => COOKIE,
);

const LONG = chat('a chat with a prompt of 40 KB', bearer(BATCH), { prompt: 'x'.repeat(40_000) });

const HTTPS = chat('a chat by HTTPS with a client’s key', bearer(BATCH), { https: true });

const basic = (user: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
});

/** By rule, or by rule and what a sample shows; all others are asked {@link CHAT}. */
const QUESTIONS: Readonly<Record<string, Question>> = {
  G14: many('150 chats at once', 150, () => bearer(BATCH)),
  G18: PROVIDER_KEY,
  G21: tracked('a chat with a client’s key', bearer(BATCH), 'the client’s key', () => BATCH),
  'G21 a token, if you please': WITHOUT_KEY,
  'G32 a Gateway that takes routes of its own namespace only': get('/site'),
  'G32 a hostname of somebody else': get('/site'),
  'G33 certificates in plain HTTP': WITHOUT_KEY,
  'G33 certificates of nobody in particular': {
    ...HTTPS,
    sent: 'a chat by HTTPS without a certificate of the client',
    should: 'no connection',
    isRight: (came) => !/^\d/.test(came),
  },
  'G35 a code that the trigger does not cover': failing(429),
  G35: failing(503),
  'G37 a look-ahead': chat('a chat with the model gpt-5', bearer(BATCH), { model: 'gpt-5' }),
  'G37 a look-behind': chat('a chat with the model o4', bearer(BATCH), { model: 'o4' }),
  'G38 one model in two rules of a route': chat('a chat with the model a', bearer(BATCH), { model: 'a' }),
  'G38 one path in two sites': get('/site'),
  'G39 a site with the name of an AI route': get('/site'),
  'G40 a backend of the AI gateway': get('/site'),
  'G40 one of two backends': get('/both'),
  G42: PROVIDER_KEY,
  'G43 connections that are passed on beside AI routes': HTTPS,
  'G44 a password as it is': chat('a chat as search with its password', basic('search', 'secret')),
  G44: chat('a chat as batch with its password', basic('batch', 'secret')),
  'G45 a rule of another name': get('/site'),
  G49: WITHOUT_KEY,
  'G50 an issuer without a scheme': WITHOUT_KEY,
  'G50 keys without a scheme': WITHOUT_KEY,
  R05: LONG,
  R10: PROVIDER_KEY,
  R13: PROVIDER_KEY,
  R16: PROVIDER_KEY,
  R17: PROVIDER_KEY,
  R19: COOKIES,
  'R19 a header that neither key overwrites': tracked(
    'a chat with a client’s key in x-key, and another in x-api-key',
    { 'x-key': BATCH, 'x-api-key': SEARCH },
    'the other key',
    () => SEARCH,
  ),
  R21: WITHOUT_KEY,
  'R22 a short key': chat('a chat with a key that is easy to guess', bearer('abc123'), { should: REFUSED }),
  'R22 the line break of echo': chat('a chat with a client’s key', bearer(SEARCH)),
  R23: many('40 chats at once, each of another team', 40, (index) => ({
    ...bearer(BATCH),
    'x-team': `team-${index}`,
  })),
  'R26 one endpoint': get('/v1/models'),
};

/** Samples about MCP: their servers are nobody's, and so no session is opened in any case. */
const WITHOUT_CALL: readonly string[] = [
  'G38 the default path of MCP twice',
  'G38 a site on the path of MCP',
  'G38 one method of gRPC in two routes',
  'G39 a site with the name of a part of MCP',
  'G39 two names that become one',
  'G53 a name instead of a path',
];

/** What is asked of a sample's platform; undefined where no call would show anything. */
export function questionOf(rule: string, shows: string): Question | undefined {
  const name = `${rule} ${shows}`;
  return WITHOUT_CALL.includes(name) ? undefined : (QUESTIONS[name] ?? QUESTIONS[rule] ?? CHAT);
}

/** Asks, until the same comes several times. */
export async function answerTo(question: Question, caller: Caller): Promise<CallVerdict> {
  const { sent, should, isRight = (came: string) => came.startsWith(should) } = question;
  let last = await question.ask(caller);
  for (let times = 1, tries = 1; tries < TRIES && times < TIMES; tries++) {
    await sleep(BETWEEN_MS);
    const now = await question.ask(caller);
    times = now === last ? times + 1 : 1;
    last = now;
  }
  return { sent, should, came: shortened(last), isRight: isRight(last) };
}

/** Whether a call that should be served is. */
export async function isServed(caller: Caller): Promise<boolean> {
  return (await CHAT.ask(caller)) === SERVED;
}
