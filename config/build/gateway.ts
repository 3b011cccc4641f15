import { Duration } from '../../base/duration';
import { Cpu, Memory } from '../../base/quantity';
import type { GatewayDocument } from '../document';
import { parseBaseUrl } from '../endpoint';
import type { GatewaySettings, Tracing } from '../platform';
import { buildIdentity } from './identity';

export function buildGateway(gateway: GatewayDocument): GatewaySettings {
  const { identity, retry, tracing, ...rest } = gateway;
  return {
    ...rest,
    cpu: Cpu.parse(gateway.cpu),
    memory: Memory.parse(gateway.memory),
    bufferLimit: Memory.parse(gateway.bufferLimit),
    requestTimeout: Duration.parse(gateway.requestTimeout),
    identity: buildIdentity(identity),
    retry: { attempts: retry.attempts, perTryTimeout: Duration.parse(retry.perTryTimeout) },
    ...(tracing && { tracing: buildTracing(tracing) }),
  };
}

function buildTracing({ url, ...rest }: NonNullable<GatewayDocument['tracing']>): Tracing {
  const { hostname, port, tls } = parseBaseUrl(url);
  return { hostname, port, tls, ...rest };
}
