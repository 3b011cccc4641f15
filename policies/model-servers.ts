import type { Container } from 'kubernetes-types/core/v1';
import type { Manifest } from '../base/manifest';
import type { Kinds } from '../constructs/crds';
import { type Bundle, ofBundle } from './bundle';
import { compile } from './cel/environment';
import { celValue } from './cel/values';
import { commandLineOf, isVariable, numberAt } from './command-line';
import type { RuleKinds } from './kinds';
import { add } from './lists';
import { type Pods, podsIn, podsOf, SERVERS } from './pods';
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

/** Flags that vLLM takes and no other server of models does. */
const OWN_FLAGS = [
  'gpu-memory-utilization',
  'max-num-seqs',
  'max-num-batched-tokens',
  'enable-prefix-caching',
  'enable-chunked-prefill',
].flatMap((flag) => [`--${flag}`, `--${flag.replaceAll('-', '_')}`]);

/** Servers that take vLLM's flags beside their own: KServe's runtime, Aphrodite. */
const FOREIGN = ['--model_name', '--model_id', '--model_dir', '--model-id'];

/**
 * CEL over `container`: whether vLLM runs there, by what is started, by the image that starts it, or by flags that an
 * image of any name is given. A shell that starts it counts, a script on its image does not.
 * In CEL, for a cluster has to know them too. Each of these rules asks it of each container in each write, and some
 * command lines are long (an Envoy's has its bootstrap): a text is found in them much quicker than a pattern.
 */
export const IS_VLLM =
  `[${COMMAND_LINE}].exists(line, line.contains("vllm") && line.matches("(^|[[:space:]/;&'\\"])vllm serve([[:space:]]|$)|vllm[.]entrypoints") || ` +
  '!container.?command.hasValue() && (container.?image.orValue("").contains("vllm-openai") || ' +
  `line.contains("--") && (${anyOf(OWN_FLAGS)}) && !(${anyOf(FOREIGN)}) && !container.?image.orValue("").contains("aphrodite")))`;

function anyOf(texts: readonly string[]): string {
  return texts.map((text) => `line.contains("${text}")`).join(' || ');
}

/** An image of the project itself, or a mirror of one, by its name; others have tags and users of their own. */
const UPSTREAM = '(^|/)vllm-openai(-(cpu|rocm|xpu|cu[0-9]+))?';

/** CEL over `container`: whether the image is one that the project publishes. */
export const IS_UPSTREAM = `(container.?image.orValue("").matches("${UPSTREAM}([:@]|$)") && !container.?image.orValue("").contains("lmcache/"))`;

/** CEL over `container`: the minor version of vLLM 0 that its image has; -1 where the tag does not say it. */
export const MINOR =
  `[container.?image.orValue("").find("${UPSTREAM}:v?0[.][0-9]+[.][0-9]+([-+.@]|$)").find(":v?0[.][0-9]+")]` +
  `.map(tag, tag == "" || container.?image.orValue("").contains("lmcache/") ? -1 : int(tag.find("[0-9]+$")))[0]`;

const versionTag = new RegExp(`${UPSTREAM}:v?(0\\.\\d+\\.\\d+)(?:[-+.@]|$)`);

/** The version of vLLM that a container has, as `0.33.0`; undefined where the tag does not say it. */
export function versionOf({ image = '' }: Container): string | undefined {
  return image.includes('lmcache/') ? undefined : versionTag.exec(image)?.at(-1);
}

/** The model servers among the pods of an object. */
export function modelServersIn(object: Manifest): ModelServer[] {
  return podsIn(object).flatMap((pods) => serversAmong(pods, isVllm));
}

/** Every model server of a bundle. */
export const modelServers = ofBundle((all): readonly ModelServer[] =>
  podsOf(all).flatMap((pods) => serversAmong(pods, isVllm)),
);

/** The containers that serve, of pods that stay. */
export function serversAmong(pods: Pods, isServer: (container: Container) => boolean): ModelServer[] {
  if (!SERVERS.some((kind) => kind === pods.object.kind)) return [];
  return [...pods.spec.containers.entries()]
    .filter(([, container]) => isServer(container))
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

/** vLLM's own. */
export const DEFAULT_PORT = 8000;

/** Whether a server is a rank of a group, which has no API of its own. */
export const isHeadless = ({ container }: ModelServer) => commandLineOf(container).flags.has('headless');

/** The port that a server listens on; undefined where it has none, or where nobody can know it. */
export function listeningPort(server: ModelServer): number | undefined {
  const line = commandLineOf(server.container);
  if (isHeadless(server) || line.flags.has('uds')) return undefined;
  const port = numberAt(line, 'port') ?? DEFAULT_PORT;
  return Number.isNaN(port) ? undefined : port;
}

/** The model of a server: a name of the hub or a path; undefined where nobody can know it. */
export function modelOf({ container }: ModelServer): string | undefined {
  const { words, flags } = commandLineOf(container);
  const serve = words.findIndex(
    (word, index) => word === 'serve' && /(?:^|\/)vllm$/.test(words[index - 1] ?? ''),
  );
  const positional = serve >= 0 || container.command === undefined ? words[serve + 1] : undefined;
  const model = flags.get('model')?.[0] ?? (positional?.startsWith('-') ? undefined : positional);
  return model === undefined || isVariable(model) ? undefined : model;
}

/** The names of models that a server answers for; undefined where nobody can know them. */
export function servedNamesOf(server: ModelServer): readonly string[] | undefined {
  const line = commandLineOf(server.container);
  const named = line.flags.get('served-model-name');
  if (named !== undefined) return named.some(isVariable) ? undefined : named;
  const model = line.isOpen ? undefined : modelOf(server);
  return model === undefined ? undefined : [model];
}

const byNamespace = ofBundle((all) => {
  const found = new Map<string, ModelServer[]>();
  for (const server of modelServers(all)) add(found, server.namespace, server);
  return found;
});

/** The model servers of a namespace. */
export function serversAt(all: Bundle, namespace: string): readonly ModelServer[] {
  return byNamespace(all).get(namespace) ?? [];
}

/** The model servers behind a Service. */
export function serversBehind(all: Bundle, { metadata, spec }: Service): ModelServer[] {
  return serversAt(all, metadata?.namespace ?? '').filter(({ labels }) => selects(spec?.selector, labels));
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
