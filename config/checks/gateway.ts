import { Duration } from '../../base/duration';
import { Cpu, Memory } from '../../base/quantity';
import type { GatewayDocument, PlatformDocument, Sound } from '../document';
import type { UnplacedMistake } from '../mistakes';
import { LOCAL_ENVOYS, refuseExpectedSize, refuseMemory } from '../plan/envoy';
import { checkTelemetry } from './telemetry';

/**
 * The range that Envoy AI Gateway is run with: below, ordinary prompts are too large (the default of 32 KiB
 * is known for that); 50Mi is what its documentation sets.
 */
const SMALLEST_BUFFER = Memory.mebibytes(1);
const LARGEST_BUFFER = Memory.mebibytes(50);

/**
 * Ports of this machine that the embedded datacenter binds itself; the controllers' are fixed in their code.
 */
const LOCAL_PORTS: readonly (readonly [first: number, last: number, owner: string])[] = [
  [1063, 1063, "the AI Gateway controller's extension server"],
  [6060, 6060, "the controllers' profiling server"],
  [8080, 8080, "the AI Gateway controller's metrics"],
  [8081, 8081, "Envoy Gateway's health check"],
  [9443, 9443, "the controllers' webhooks"],
  [18000, 18002, "the controllers' xDS servers"],
  [19000, 19003, 'admin and metrics servers'],
];

/** That the gateway's settings agree with each other and with the cluster that it runs in. */
export function checkGateway({ cluster, gateway }: Sound<PlatformDocument>): UnplacedMistake[] {
  if (gateway === undefined) return [];
  const local = cluster !== undefined && 'local' in cluster;
  return [
    ...(local ? checkLocal(gateway) : []),
    ...checkBuffers(gateway),
    ...checkRetry(gateway),
    ...checkTelemetry(gateway),
  ];
}

function checkLocal({ replicas = 1, listener }: Sound<GatewayDocument>): UnplacedMistake[] {
  const findings: UnplacedMistake[] = [];
  if (replicas > LOCAL_ENVOYS) {
    findings.push({
      at: ['gateway', 'replicas'],
      value: replicas,
      problem: `${replicas} Envoys are too many: the embedded datacenter has addresses for ${LOCAL_ENVOYS}`,
      fix: `use ${LOCAL_ENVOYS} or 1`,
    });
  }
  const port = listener?.port;
  const taken = LOCAL_PORTS.find(([first, last]) => port !== undefined && port >= first && port <= last);
  if (taken !== undefined) {
    findings.push({
      at: ['gateway', 'listener', 'port'],
      value: port,
      problem: `${port} is in use in the embedded datacenter by ${taken[2]}`,
      fix: `use ${listener !== undefined && 'tls' in listener ? 10443 : 10080}`,
    });
  }
  return findings;
}

function checkBuffers({
  cpu,
  memory,
  bufferLimit,
  expectedRequestSize: expected,
}: Sound<GatewayDocument>): UnplacedMistake[] {
  if (bufferLimit === undefined) return [];
  const limit = Memory.parse(bufferLimit);
  if (limit.bytes < SMALLEST_BUFFER.bytes || limit.bytes > LARGEST_BUFFER.bytes) {
    return [
      {
        at: ['gateway', 'bufferLimit'],
        value: bufferLimit,
        problem: `${bufferLimit} is not between ${SMALLEST_BUFFER} and ${LARGEST_BUFFER}: with less, ordinary prompts are rejected with 413; with more, a few prompts fill Envoy's memory`,
        fix: `use ${limit.bytes < SMALLEST_BUFFER.bytes ? SMALLEST_BUFFER : LARGEST_BUFFER}`,
      },
    ];
  }
  if (expected === undefined) return [];
  const sizes = { bufferLimit: limit, expectedRequestSize: Memory.parse(expected) };
  const beyond = refuseExpectedSize(sizes);
  if (beyond !== undefined) return [{ at: ['gateway', 'expectedRequestSize'], value: expected, ...beyond }];
  if (cpu === undefined || memory === undefined) return [];
  const refusal = refuseMemory({ cpu: Cpu.parse(cpu), memory: Memory.parse(memory), ...sizes });
  return refusal === undefined ? [] : [{ at: ['gateway', 'memory'], value: memory, ...refusal }];
}

function checkRetry({ requestTimeout, retry }: Sound<GatewayDocument>): UnplacedMistake[] {
  const perTryTimeout = retry?.perTryTimeout;
  if (requestTimeout === undefined || perTryTimeout === undefined) return [];
  if (Duration.parse(perTryTimeout).milliseconds <= Duration.parse(requestTimeout).milliseconds) return [];
  return [
    {
      at: ['gateway', 'retry', 'perTryTimeout'],
      value: perTryTimeout,
      problem: `${perTryTimeout} for one attempt is longer than requestTimeout ${requestTimeout}, which covers all attempts`,
      fix: `use ${requestTimeout} or less`,
    },
  ];
}
