import { App } from 'cdk8s';
import { parsePlatform, ROUTE_LIMITS, WORKLOAD_HEADER } from '../config';
import { manifestsOf, platformCharts } from '../constructs';
import type { LiveObject } from '../local/kube';

/** Routes and their traffic policies for some identities, all of them limited to 600 requests a minute. */
export type Plan = (identities: readonly string[]) => LiveObject[];

const KINDS = ['AIGatewayRoute', 'BackendTrafficPolicy'];

/** What this library makes: identities of one kind share rules, and one limit counts each of them. */
export const compact: Plan = (identities) => {
  const platform = parsePlatform({
    cluster: { local: {} },
    models: { 'gpt-oss-120b': { vllm: {} } },
    workloads: Object.fromEntries(
      identities.map((name) => [name, { model: 'gpt-oss-120b', limits: { requestsPerMinute: 600 } }]),
    ),
  });
  const { gateway } = platformCharts(new App(), platform, { secrets: {} });
  const manifests = manifestsOf(gateway).map(({ manifest }) => manifest as unknown as LiveObject);
  return manifests.filter(({ kind }) => KINDS.includes(kind));
};

/** What is written by hand: a rule and a limit for every identity, as many as fit into a route. */
export const naive: Plan = (identities) => {
  const [route, policy] = KINDS.map((kind) => compact(['one']).find((one) => one.kind === kind)) as [
    LiveObject,
    LiveObject,
  ];
  const count = Math.ceil(identities.length / ROUTE_LIMITS.rules);
  return Array.from({ length: count }, (_, index) => {
    const members = identities.slice(index * ROUTE_LIMITS.rules, (index + 1) * ROUTE_LIMITS.rules);
    const headers = (value: string) => [{ type: 'Exact', name: WORKLOAD_HEADER, value }];
    const name = `naive-${`${index}`.padStart(3, '0')}`;
    const [rule] = route.spec.rules;
    const [limit] = policy.spec.rateLimit.local.rules;
    return [
      {
        ...route,
        metadata: { ...route.metadata, name },
        spec: {
          ...route.spec,
          rules: members.map((member) => ({ ...rule, matches: [{ headers: headers(member) }] })),
        },
      },
      {
        ...policy,
        metadata: { ...policy.metadata, name },
        spec: {
          ...policy.spec,
          targetRefs: [{ ...policy.spec.targetRefs[0], name }],
          rateLimit: {
            local: {
              rules: members.map((member) => ({
                ...limit,
                clientSelectors: [{ headers: headers(member) }],
              })),
            },
          },
        },
      },
    ];
  }).flat();
};
