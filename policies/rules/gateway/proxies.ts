/** How Envoy Gateway runs proxies, and where an EnvoyProxy says so. */
export const WORKLOADS = ['envoyDeployment', 'envoyDaemonSet'] as const;

export type Workload = (typeof WORKLOADS)[number];

const DAEMON_SET = 'object.?spec.?provider.?kubernetes.?envoyDaemonSet.hasValue()';

/** CEL: whether the proxies are not in Kubernetes, or run as the other kind of workload. */
export const ELSEWHERE: Readonly<Record<Workload, string>> = {
  envoyDeployment: `(object.?spec.?provider.?type.orValue('Kubernetes') != 'Kubernetes' || ${DAEMON_SET})`,
  envoyDaemonSet: `!${DAEMON_SET}`,
};

/** JSON pointer to the resources of the Envoy container. */
export const resourcesOf = (workload: Workload) =>
  `/spec/provider/kubernetes/${workload}/container/resources`;

/** CEL: a resource of the Envoy container, an optional. */
export const resource = (workload: Workload, of: 'requests' | 'limits', what: 'cpu' | 'memory') =>
  `object.?spec.?provider.?kubernetes.?${workload}.?container.?resources.?${of}.?${what}`;

/** CEL: whether two optionals are there and amount to the same, `1000m` being `1`. */
export const isSame = (one: string, other: string) =>
  `(${one}.hasValue() && quantity(string(${one}.value())).compareTo(quantity(string(${other}.value()))) == 0)`;
