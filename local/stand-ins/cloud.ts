import type { Pace } from './completion';
import { anthropic } from './dialects/anthropic';
import { bedrock } from './dialects/bedrock';
import { cohere } from './dialects/cohere';
import { type Dialect, type Voice, voiceOf } from './dialects/dialect';
import { azureOpenAi, openAi } from './dialects/openai';
import { vertex } from './dialects/vertex';
import { json, type StandIn } from './http';

export interface CloudProps {
  readonly dialect: DialectName;
  /** The one credential that is accepted: a key; for AWS the secret key; for Google Cloud the access token. */
  readonly key: string;
  readonly answerTokens: number;
  readonly pace: Pace;
}

/** Whose keys they are says itself what they are worth. */
export const AWS_ACCESS_KEY_ID = 'STANDINNOTASECRET';
export const AWS_REGION = 'us-east-1';

const DIALECTS = {
  anthropic: (key, voice) => anthropic(key, voice),
  azure: (key, voice) => azureOpenAi(key, voice),
  bedrock: (key, voice) =>
    bedrock({ accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: key }, AWS_REGION, voice),
  cohere: (key, voice) => cohere(key, voice),
  openai: (key, voice) => openAi(key, '/v1', voice),
  vertex: (key, voice) => vertex(key, voice),
} as const satisfies Record<string, (key: string, voice: Voice) => Dialect>;

export type DialectName = keyof typeof DIALECTS;
export const DIALECT_NAMES = Object.keys(DIALECTS) as readonly DialectName[];

/**
 * A cloud's API without the cloud: its paths, its credential, its answers and its refusals. Whatever model is named
 * answers, in words that say that no model was used.
 */
export function cloud({ dialect: name, key, answerTokens, pace }: CloudProps): StandIn {
  const dialect: Dialect = DIALECTS[name](key, voiceOf(answerTokens, pace));
  return {
    kind: 'cloud',
    routes: {},
    otherwise(exchange) {
      dialect.authenticate(exchange);
      return (
        dialect.answer(exchange) ??
        json({ message: `unknown path ${exchange.path} in the dialect ${name}` }, 404)
      );
    },
    refuse: (refusal) => dialect.refuse(refusal),
  };
}
