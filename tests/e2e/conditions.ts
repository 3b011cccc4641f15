// biome-ignore lint/suspicious/noExplicitAny: objects as the API server returns them
type Json = any;

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly observedGeneration?: number;
}

/** Conditions that say that something is wrong when they are true; all others must be true. */
const BAD_WHEN_TRUE = new Set([
  'Conflicted',
  'OverlappingTLSConfig',
  'Overridden',
  'ReplicaFailure',
  'Warning',
]);

/** What a kind's controller says of an object, and in which conditions it must say so. */
type Reader = (object: Json) => string[];

/** Conditions that must be there, each of this generation of the object, and nothing that speaks against it. */
function judged(
  object: Json,
  where: string,
  conditions: readonly Condition[],
  must: readonly string[],
): string[] {
  const { generation } = object.metadata;
  return [
    ...must
      .filter((type) => !conditions.some((condition) => condition.type === type))
      .map((type) => `${where} says nothing of ${type}`),
    ...conditions
      .filter(({ type, status }) => (status === 'True') === BAD_WHEN_TRUE.has(type))
      .map(({ type, status, reason, message }) => `${where} ${type}=${status} (${reason}): ${message}`),
    ...conditions
      .filter(({ observedGeneration }) => observedGeneration !== undefined && observedGeneration < generation)
      .map(({ type }) => `${where} ${type} is of an older generation`),
  ];
}

const conditions =
  (...must: string[]): Reader =>
  (object) =>
    judged(object, 'status', object.status?.conditions ?? [], must);

/** Whether a route still names the parent of an entry: Envoy Gateway 1.8 keeps those of parents that it had. */
function isNamed({ spec }: Json, { parentRef }: Json): boolean {
  if (spec.parentRefs === undefined || parentRef === undefined) return true;
  return spec.parentRefs.some((one: Json) =>
    ['name', 'sectionName', 'port'].every((field) => one[field] === parentRef[field]),
  );
}

/** Gateway API keeps the conditions of routes by parent and those of policies by ancestor. */
const each =
  (list: 'parents' | 'ancestors', ...must: string[]): Reader =>
  (object) => {
    const entries = (object.status?.[list] ?? []).filter((entry: Json) => isNamed(object, entry));
    if (entries.length === 0) return [`status.${list} is empty`];
    return entries.flatMap((entry: Json) => {
      const { kind, name } = entry.parentRef ?? entry.ancestorRef;
      return judged(object, `${kind} ${name}`, entry.conditions ?? [], must);
    });
  };

function gateway(object: Json): string[] {
  const listeners: Json[] = object.status?.listeners ?? [];
  const specified: Json[] = object.spec.listeners;
  return [
    ...conditions('Accepted', 'Programmed')(object),
    ...(object.status?.addresses?.length > 0 ? [] : ['it has no address']),
    ...specified
      .filter(({ name }) => !listeners.some((listener) => listener.name === name))
      .map(({ name }) => `listener ${name} has no status`),
    ...listeners.flatMap(({ name, conditions: of }) =>
      judged(object, `listener ${name}`, of, ['Accepted', 'Programmed', 'ResolvedRefs']),
    ),
  ];
}

/** Envoy Gateway leaves the condition Invalid of an earlier generation beside Accepted. */
function backend(object: Json): string[] {
  const { generation } = object.metadata;
  const all: Condition[] = object.status?.conditions ?? [];
  const now = all.filter(
    ({ type, observedGeneration }) => type !== 'Invalid' || observedGeneration === generation,
  );
  return judged(object, 'status', now, ['Accepted']);
}

function deployment(object: Json): string[] {
  const {
    replicas = 0,
    updatedReplicas = 0,
    availableReplicas = 0,
    observedGeneration,
  } = object.status ?? {};
  const wanted = object.spec.replicas;
  const settled = observedGeneration === object.metadata.generation;
  const counts = [replicas, updatedReplicas, availableReplicas].every((count) => count === wanted);
  return [
    ...conditions('Available')(object),
    ...(settled && counts ? [] : [`${availableReplicas} of ${wanted} replicas are available and up to date`]),
  ];
}

const job: Reader = ({ status }) =>
  status?.succeeded >= 1 ? [] : [`it has not succeeded: ${JSON.stringify(status)}`];

const phase =
  (wanted: string): Reader =>
  ({ status }) =>
    status?.phase === wanted ? [] : [`its phase is ${status?.phase}`];

/**
 * AI Gateway 1.0 writes a conflict into the status of an MCPRoute, tries again, and only logs it when its next write is one,
 * too (internal/controller/mcp_route.go, updateMCPRouteStatus): what it did is not said then, until the spec changes.
 */
const isConflict = ({ message = '' }: Condition) => message.includes('the object has been modified');

/**
 * By kind: what its controller writes when all is well. A kind that is absent has no status, no controller here
 * (PodMonitor, ScaledObject), or one that writes none: EnvoyProxy has a field for it that Envoy Gateway 1.8 leaves
 * empty. The AI gateway's controller writes no observedGeneration.
 */
const readers: Readonly<Record<string, Reader>> = {
  AIGatewayRoute: conditions('Accepted'),
  // Its controller may forget to write it (constructs/backends.ts); what it writes counts.
  AIServiceBackend: (object) =>
    object.status?.conditions === undefined ? [] : conditions('Accepted')(object),
  Backend: backend,
  BackendSecurityPolicy: conditions('Accepted'),
  BackendTLSPolicy: each('ancestors', 'Accepted'),
  BackendTrafficPolicy: each('ancestors', 'Accepted'),
  ClientTrafficPolicy: each('ancestors', 'Accepted'),
  CustomResourceDefinition: conditions('Established', 'NamesAccepted'),
  Deployment: deployment,
  EnvoyExtensionPolicy: each('ancestors', 'Accepted'),
  EnvoyPatchPolicy: each('ancestors', 'Accepted', 'Programmed'),
  Gateway: gateway,
  GatewayClass: conditions('Accepted'),
  GatewayConfig: conditions('Accepted'),
  GRPCRoute: each('parents', 'Accepted', 'ResolvedRefs'),
  HTTPRoute: each('parents', 'Accepted', 'ResolvedRefs'),
  InferencePool: each('parents', 'Accepted', 'ResolvedRefs'),
  Job: job,
  MCPRoute: (object) => (object.status?.conditions?.some(isConflict) ? [] : conditions('Accepted')(object)),
  Namespace: phase('Active'),
  PersistentVolumeClaim: phase('Bound'),
  SecurityPolicy: each('ancestors', 'Accepted'),
  TLSRoute: each('parents', 'Accepted', 'ResolvedRefs'),
};

/** The kinds of which a controller writes a status. */
export const judgedKinds = Object.keys(readers);

/** What an object's own status says against it, and what its controller has not said yet; empty when all is well. */
export function complaints(object: Json): string[] {
  const { kind, metadata } = object;
  const name = [kind, metadata.namespace, metadata.name].filter(Boolean).join('/');
  return (readers[kind]?.(object) ?? []).map((complaint) => `${name}: ${complaint}`);
}

/** Objects that controllers make out of ours and judge in their own status. */
export const GENERATED: readonly (readonly [apiVersion: string, kind: string])[] = [
  ['gateway.networking.k8s.io/v1', 'HTTPRoute'],
  ['gateway.envoyproxy.io/v1alpha1', 'Backend'],
  ['gateway.envoyproxy.io/v1alpha1', 'BackendTrafficPolicy'],
  ['gateway.envoyproxy.io/v1alpha1', 'EnvoyExtensionPolicy'],
  ['gateway.envoyproxy.io/v1alpha1', 'EnvoyPatchPolicy'],
  ['gateway.envoyproxy.io/v1alpha1', 'SecurityPolicy'],
];
