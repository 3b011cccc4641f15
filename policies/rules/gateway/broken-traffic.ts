import { amount } from '../../../base/quantity';
import { shown } from '../../../base/text';
import type { RuleKinds } from '../../kinds';
import { defineRule, type Violation } from '../../rule';

type Policy = RuleKinds['BackendTrafficPolicy' | 'ClientTrafficPolicy'];

const POLICY = 'backendtrafficpolicy/ai/chat';
const TABLE = '/spec/loadBalancer/consistentHash/tableSize';
const BUFFER = '/spec/connection/bufferLimit';

/** What Envoy counts the bytes of a buffer in. */
const MOST_BYTES = 2 ** 32 - 1;

const table = (tableSize: number) => ({
  [POLICY]: {
    spec: { loadBalancer: { type: 'ConsistentHash', consistentHash: { type: 'SourceIP', tableSize } } },
  },
});
const buffer = (bufferLimit: string) => ({ [POLICY]: { spec: { connection: { bufferLimit } } } });

export const brokenTraffic = defineRule({
  id: 'G59',
  title: 'Envoy Gateway can translate the sizes in a traffic policy',
  effect: 'refused',
  voids: true,
  why:
    'The API server accepts any number. Envoy Gateway refuses a policy with a hash table whose size is not prime, or with ' +
    'a buffer of 4Gi and more, which Envoy cannot count: nothing in the policy is in force, and its routes answer 500.',
  source:
    'envoyproxy/gateway v1.8.3, internal/gatewayapi/clustersettings.go (buildConsistentHashLoadBalancer, buildBackendConnection) and clienttrafficpolicy.go (buildConnection)',
  fix: 'use a prime number, such as 1009 or 65537, and a buffer below 4Gi',
  area: 'gateway',
  scope: 'graph',
  kinds: ['BackendTrafficPolicy', 'ClientTrafficPolicy'],
  good: [
    { shows: 'a table of prime size', change: table(1009) },
    { shows: 'the largest buffer that Envoy can count', change: buffer('4294967295') },
  ],
  bad: [
    { shows: 'a thousand places', change: table(1000), finds: [`${POLICY} ${TABLE}`] },
    { shows: 'a buffer of 4Gi', change: buffer('4Gi'), finds: [`${POLICY} ${BUFFER}`] },
  ],
  check: (_, { spec }) => [...hashTable(spec), ...largeBuffer(spec)],
});

function hashTable(spec: Policy['spec']): Violation[] {
  const value = 'loadBalancer' in spec ? spec.loadBalancer?.consistentHash?.tableSize : undefined;
  if (value === undefined || isPrime(value)) return [];
  return [{ pointer: TABLE, value, problem: `the policy is refused: ${value} is not a prime number` }];
}

function largeBuffer({ connection }: Policy['spec']): Violation[] {
  const value = connection?.bufferLimit;
  if (value === undefined || !(amount(value) > MOST_BYTES)) return [];
  const problem = `the policy is refused: ${shown(value)} is more than Envoy can buffer`;
  return [{ pointer: BUFFER, value, problem }];
}

function isPrime(value: number): boolean {
  if (value < 2) return false;
  for (let divisor = 2; divisor * divisor <= value; divisor++) if (value % divisor === 0) return false;
  return true;
}
