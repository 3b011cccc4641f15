import type { GatewayDocument } from '../document';
import type { GatewaySettings } from '../platform';
import { Cpu, Duration, Memory } from '../quantity';

export function buildGateway(gateway: GatewayDocument): GatewaySettings {
  const requestTimeout = Duration.parse(gateway.requestTimeout);
  return {
    ...gateway,
    cpu: Cpu.parse(gateway.cpu),
    memory: Memory.parse(gateway.memory),
    bufferLimit: Memory.parse(gateway.bufferLimit),
    requestTimeout,
    identity: { kind: 'trustedHeader' },
    retry: { attempts: 2, perTryTimeout: requestTimeout },
    limiter: { failClosed: false },
    accessLog: true,
    metricLabels: {},
  };
}
