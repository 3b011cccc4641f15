import { defineRule } from '../../rule';

const endpoint = (change: object) => ({ 'backend/ai/chat': { spec: { endpoints: [change] } } });

export const backendAddress = defineRule({
  id: 'R15',
  title: 'a backend has an address that Envoy Gateway accepts',
  effect: 'refused',
  why:
    'In Kubernetes Envoy Gateway rejects single-label names, IP addresses written as names, and loopback ' +
    'addresses: the Backend has Accepted=False, and its routes answer 500. A DynamicResolver connects to any ' +
    'host in the Host header of a client, which makes it an open proxy with the keys of the providers.',
  source: 'envoyproxy/gateway v1.8.3, internal/gatewayapi/backend.go (validateBackend)',
  fix: 'use a fully qualified name; for a Service <service>.<namespace>.svc.cluster.local',
  area: 'gateway',
  scope: 'object',
  kinds: ['Backend'],
  good: [
    {
      shows: 'an address of the network',
      change: endpoint({ ip: { address: '10.0.0.7', port: 443 } }),
    },
  ],
  bad: [
    {
      shows: 'a single label',
      change: endpoint({ fqdn: { hostname: 'chat', port: 443 } }),
      finds: ['backend/ai/chat /spec/endpoints/0/fqdn/hostname'],
    },
    {
      shows: 'an address as a name',
      change: endpoint({ fqdn: { hostname: '10.0.0.7', port: 443 } }),
      finds: ['backend/ai/chat /spec/endpoints/0/fqdn/hostname'],
    },
    {
      shows: 'the host itself',
      change: endpoint({ ip: { address: '127.0.0.1', port: 443 } }),
      finds: ['backend/ai/chat /spec/endpoints/0/ip/address'],
    },
    {
      shows: 'wherever the client wants',
      change: { 'backend/ai/chat': { spec: { type: 'DynamicResolver', endpoints: null } } },
      finds: ['backend/ai/chat /spec/type'],
    },
  ],
  checks: [
    {
      each: ['spec.endpoints'],
      as: ['endpoint'],
      expression:
        "!endpoint.?fqdn.hasValue() || (endpoint.fqdn.hostname.contains('.') && " +
        "!endpoint.fqdn.hostname.matches('^[0-9.]+$'))",
      pointer: '/spec/endpoints/*/fqdn/hostname',
      problem: { expression: "'Envoy Gateway rejects a Backend with the name ' + endpoint.fqdn.hostname" },
    },
    {
      each: ['spec.endpoints'],
      as: ['endpoint'],
      expression: "!endpoint.?ip.hasValue() || !endpoint.ip.address.matches('^(127[.]|::1$)')",
      pointer: '/spec/endpoints/*/ip/address',
      problem: { expression: "endpoint.ip.address + ' is a loopback address, where no backend runs'" },
    },
    {
      expression: "object.?spec.?type.orValue('Endpoints') != 'DynamicResolver'",
      pointer: '/spec/type',
      problem: 'clients choose the destination of requests with the Host header',
      fix: 'list the endpoints',
    },
  ],
});
