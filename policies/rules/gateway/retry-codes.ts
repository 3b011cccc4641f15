import { listed } from '../../../base/text';
import { select } from '../../pointer';
import { defineRule, type Violation } from '../../rule';

const POLICY = 'backendtrafficpolicy/ai/chat';
const RETRY_ON = '/spec/retry/retryOn';
const TRIGGER = 'retriable-status-codes';

const retryOn = (change: object) => ({ [POLICY]: { spec: { retry: { numRetries: 2, retryOn: change } } } });

/** Where the settings of a backend say what is retried. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  BackendTrafficPolicy: [RETRY_ON],
  EnvoyExtensionPolicy: ['/spec/extProc/*/backendSettings/retry/retryOn'],
  SecurityPolicy: [
    '/spec/extAuth/grpc/backendSettings/retry/retryOn',
    '/spec/extAuth/http/backendSettings/retry/retryOn',
    '/spec/jwt/providers/*/remoteJWKS/backendSettings/retry/retryOn',
    '/spec/oidc/provider/backendSettings/retry/retryOn',
  ],
};

interface RetryOn {
  readonly triggers?: readonly string[];
  readonly httpStatusCodes?: readonly number[];
}

/** The codes that the other triggers retry by themselves (Envoy, router filter, x-envoy-retry-on). */
const RETRIED: Readonly<Record<string, (code: number) => boolean>> = {
  '5xx': (code) => code >= 500,
  'gateway-error': (code) => code >= 502 && code <= 504,
  'retriable-4xx': (code) => code === 409,
};

export const retryCodes = defineRule({
  id: 'G35',
  title: 'the status codes of a retry are retried',
  effect: 'ineffective',
  why:
    'Envoy looks at the list of status codes only for the trigger retriable-status-codes. It is among the ' +
    'triggers of Envoy Gateway, but a list of triggers replaces those: answers with these codes go to the ' +
    'client, and no fallback gets the request.',
  source:
    'envoyproxy/gateway v1.8.3, internal/xds/translator/route.go (buildRetryPolicy); envoyproxy/gateway#5691, envoyproxy/ai-gateway#1855',
  fix: `add ${TRIGGER} to the triggers`,
  area: 'gateway',
  scope: 'graph',
  kinds: ['BackendTrafficPolicy', 'EnvoyExtensionPolicy', 'SecurityPolicy'],
  fields: ['backendtrafficpolicy/ai/oss /spec/retry/retryOn/triggers/2'],
  good: [
    { shows: 'codes, and the triggers of Envoy Gateway', change: retryOn({ httpStatusCodes: [429, 503] }) },
    {
      shows: 'codes with their trigger',
      change: retryOn({ triggers: ['connect-failure', TRIGGER], httpStatusCodes: [429] }),
    },
    {
      shows: 'codes that another trigger covers',
      change: retryOn({ triggers: ['5xx', 'reset'], httpStatusCodes: [502, 503] }),
    },
    { shows: 'triggers alone', change: retryOn({ triggers: ['connect-failure', 'reset'] }) },
  ],
  bad: [
    {
      shows: 'codes without their trigger',
      change: retryOn({ triggers: ['connect-failure', 'reset'], httpStatusCodes: [429, 503] }),
      finds: [`${POLICY} ${RETRY_ON}/triggers`],
    },
    {
      shows: 'a code that the trigger does not cover',
      change: retryOn({ triggers: ['gateway-error'], httpStatusCodes: [429, 503] }),
      finds: [`${POLICY} ${RETRY_ON}/triggers`],
    },
    {
      shows: 'the trigger alone, without codes',
      change: retryOn({ triggers: [TRIGGER] }),
      finds: [`${POLICY} ${RETRY_ON}/httpStatusCodes`],
    },
  ],
  check: (_, one) =>
    (PLACES[one.kind] ?? [])
      .flatMap((place) => select(one, place))
      .flatMap(({ pointer, value }) => [
        ...untriggered(pointer, value as RetryOn),
        ...withoutCodes(pointer, value as RetryOn),
      ]),
});

function untriggered(pointer: string, { triggers = [], httpStatusCodes = [] }: RetryOn): Violation[] {
  if (triggers.length === 0 || triggers.includes(TRIGGER)) return [];
  const never = httpStatusCodes.filter((code) => !triggers.some((trigger) => RETRIED[trigger]?.(code)));
  if (never.length === 0) return [];
  return [
    {
      pointer: `${pointer}/triggers`,
      value: triggers,
      problem: `answers of ${listed(never, 'and')} are never retried: the triggers do not include ${TRIGGER}`,
      patch: [{ op: 'add', path: `${pointer}/triggers/-`, value: TRIGGER }],
    },
  ];
}

function withoutCodes(pointer: string, { triggers = [], httpStatusCodes = [] }: RetryOn): Violation[] {
  if (httpStatusCodes.length > 0 || triggers.length === 0) return [];
  if (!triggers.every((trigger) => trigger === TRIGGER)) return [];
  return [
    {
      pointer: `${pointer}/httpStatusCodes`,
      problem: `nothing is retried: ${TRIGGER} has no status codes`,
      fix: 'set httpStatusCodes, such as 429 and 503',
    },
  ];
}
