import type { Container } from 'kubernetes-types/core/v1';
import type { Manifest } from '../base/manifest';
import type { Kinds } from '../constructs/crds';
import { type Bundle, ofBundle } from './bundle';
import { compile } from './cel/environment';
import { celValue } from './cel/values';
import type { RuleKinds } from './kinds';
import { type Pods, podsAt, podsIn, podsOf, SERVERS } from './pods';
import { selects } from './selectors';

/** Pods that serve a model, and the container that does. */
export interface ModelServer extends Pods {
  readonly container: Container;
  /** JSON pointer to the container. */
  readonly at: string;
}

type Service = RuleKinds['Service'];

/** CEL over `container`: its command line in one text. */
export const COMMAND_LINE = '(container.?command.orValue([]) + container.?args.orValue([])).join(" ")';

/**
 * CEL over `container`: whether vLLM runs there. A shell that starts it counts, a script on its image does not.
 * In CEL, for a cluster has to know them too. Each of these rules asks it of each container in each write, and some
 * command lines are long (an Envoy's has its bootstrap): a text is found in them much quicker than a pattern.
 */
export const IS_VLLM =
  `${COMMAND_LINE}.contains("vllm") && ${COMMAND_LINE}.matches("(^|[ /])vllm serve( |$)|vllm[.]entrypoints") || ` +
  'container.?image.orValue("").contains("vllm-openai") && !container.?command.hasValue()';

/** The model servers among the pods of an object. */
export function modelServersIn(object: Manifest): ModelServer[] {
  return podsIn(object).flatMap(serversAmong);
}

/** Every model server of a bundle. */
export const modelServers = ofBundle((all): readonly ModelServer[] => podsOf(all).flatMap(serversAmong));

function serversAmong(pods: Pods): ModelServer[] {
  if (!SERVERS.some((kind) => kind === pods.object.kind)) return [];
  return [...pods.spec.containers.entries()]
    .filter(([, container]) => isVllm(container))
    .map(([index, container]) => ({ ...pods, container, at: `${pods.pointer}/containers/${index}` }));
}

const program = compile(IS_VLLM, ['container']);

const recognized = new WeakMap<Container, boolean>();

/** Asked by many rules of each container, which never changes. */
function isVllm(container: Container): boolean {
  const answer = recognized.get(container) ?? program({ container: celValue(container) }) === true;
  recognized.set(container, answer);
  return answer;
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
  return podsAt(all, metadata?.namespace ?? '')
    .filter(({ labels }) => selects(spec?.selector, labels))
    .flatMap(serversAmong);
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
