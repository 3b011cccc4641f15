import type { Container } from 'kubernetes-types/core/v1';
import type { Kinds } from '../constructs/crds';
import type { Bundle } from './bundle';
import type { RuleKinds } from './kinds';
import type { Manifest } from './manifest';
import { type Pods, podsIn, podsOf } from './pods';
import { selects } from './selectors';

/** Pods that serve a model, and the container that does. */
export interface ModelServer extends Pods {
  readonly container: Container;
  /** JSON pointer to the container. */
  readonly at: string;
}

type Service = RuleKinds['Service'];

/** The model servers among the pods of an object. Their recognition is that of `rules/serving/vllm.ts`. */
export function modelServersIn(object: Manifest): ModelServer[] {
  return podsIn(object).flatMap(serversAmong);
}

const known = new WeakMap<Bundle, readonly ModelServer[]>();

/** Every model server of a bundle, which is looked through once. */
export function modelServers(all: Bundle): readonly ModelServer[] {
  const servers = known.get(all) ?? podsOf(all).flatMap(serversAmong);
  known.set(all, servers);
  return servers;
}

function serversAmong(pods: Pods): ModelServer[] {
  if (['Job', 'CronJob', 'DaemonSet'].includes(pods.object.kind)) return [];
  return [...pods.spec.containers.entries()]
    .filter(([, container]) => isVllm(container))
    .map(([index, container]) => ({ ...pods, container, at: `${pods.pointer}/containers/${index}` }));
}

function isVllm({ command, args = [], image = '' }: Container): boolean {
  const line = [...(command ?? []), ...args].join(' ');
  return (
    /(^|[ /])vllm serve( |$)|vllm\.entrypoints/.test(line) ||
    (image.includes('vllm-openai') && command === undefined)
  );
}

/** The value of a flag of a server: `--port=8000`, or `--port 8000`. */
export function flagOf({ container }: ModelServer, name: string): string | undefined {
  const words = [...(container.command ?? []), ...(container.args ?? [])].flatMap((arg) => arg.split(/\s+/));
  const index = words.findIndex((word) => word === name || word.startsWith(`${name}=`));
  const word = words[index];
  return word === name ? words[index + 1] : word?.slice(name.length + 1);
}

/** The model servers behind a Service. */
export function serversBehind(all: Bundle, { metadata, spec }: Service): ModelServer[] {
  return modelServers(all).filter(
    ({ namespace, labels }) => namespace === metadata?.namespace && selects(spec?.selector, labels),
  );
}

/** The Service of a cluster that a hostname names: `oss.ai.svc.cluster.local`. */
export function serviceAt(all: Bundle, hostname: string): Service | undefined {
  const [, name, namespace] = /^([^.]+)\.([^.]+)\.svc(?:\.|$)/.exec(hostname) ?? [];
  if (name === undefined || namespace === undefined) return undefined;
  return all.find({ group: '', kind: 'Service', namespace, name }) as Service | undefined;
}

/** The Services of a bundle that an address of a Backend leads to, each with the address. */
export function servicesOf(all: Bundle, backend: Kinds['Backend']) {
  return [...(backend.spec?.endpoints ?? []).entries()].flatMap(([index, { fqdn }]) => {
    const service = fqdn && serviceAt(all, fqdn.hostname);
    return fqdn && service ? [{ pointer: `/spec/endpoints/${index}/fqdn`, port: fqdn.port, service }] : [];
  });
}
