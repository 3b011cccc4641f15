import type { HTTPGetAction, Probe } from 'kubernetes-types/core/v1';
import { commandLineOf, flagValue, numberAt } from '../../command-line';
import {
  DEFAULT_PORT,
  isHeadless,
  listeningPort,
  type ModelServer,
  modelServersIn,
} from '../../model-servers';
import { SERVERS } from '../../pods';
import { isOpenPort } from '../../ports';
import { defineRule, type Violation } from '../../rule';
import { ARGS, VLLM } from '../baseline/model-server';
import { CONTAINER, container, SERVER } from './samples';

const PROBES = ['startupProbe', 'readinessProbe', 'livenessProbe'] as const;

/** Paths of other servers, to which vLLM and Text Embeddings Inference answer 404. */
export const FOREIGN_PATHS =
  /^\/(?:healthz|readyz|livez|ready|readiness|live|liveness|healthcheck|health\/(?:live|ready)|v[12]\/health(?:\/(?:live|ready))?|status)\/?$/;

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '::1']);

const probing = (
  probe: Probe,
  flags: readonly string[] = [],
  more: Parameters<typeof container>[0] = {},
): Record<string, object> =>
  container({ args: [...ARGS, ...flags], readinessProbe: { ...probe, periodSeconds: 5 }, ...more });

const AT = `${SERVER} ${CONTAINER}/readinessProbe/httpGet`;
const MODELS = { path: '/v1/models', port: 'http' };
const KEY = { name: 'VLLM_API_KEY', valueFrom: { secretKeyRef: { name: 'oss', key: 'key' } } };

export const probeTargets = defineRule({
  id: 'S24',
  title: 'the probes of a model server ask where it answers',
  effect: 'failing',
  why:
    'With an API key vLLM answers 401 to every path below /v1, probes included; to a path that it does not have 404; and ' +
    'on a port where nobody listens there is no answer. Such a probe never succeeds: the pod is never ready, or is ' +
    'restarted for ever.',
  source:
    'vLLM 0.33, entrypoints/serve (AuthenticationMiddleware); Kubernetes, pkg/kubelet/prober and pkg/probe/util.go',
  fix: 'probe /health on the port of --port',
  area: 'serving',
  scope: 'graph',
  kinds: [...SERVERS],
  fields: ['deployment/ai/oss /spec/template/spec/containers/0/ports/0'],
  good: [
    { shows: 'the models of a server without a key', change: probing({ httpGet: MODELS }) },
    {
      shows: 'a key that the probe has, too',
      change: probing(
        { httpGet: { ...MODELS, httpHeaders: [{ name: 'Authorization', value: 'Bearer of-the-probe' }] } },
        ['--api-key=$(KEY)'],
      ),
    },
    {
      shows: 'an open path beside a key',
      change: probing({ httpGet: { path: '/ping', port: 8000 } }, ['--api-key', '$(KEY)']),
    },
    {
      shows: 'a connection to the port of the server',
      change: probing({ tcpSocket: { port: 8000 } }, ['--api-key=$(KEY)']),
    },
  ],
  bad: [
    {
      shows: 'a path that needs the key of a flag',
      change: probing({ httpGet: MODELS }, ['--api-key', '$(KEY)']),
      finds: [`${AT}/path`],
    },
    {
      shows: 'a path that needs the key of a variable',
      change: probing({ httpGet: { path: '/v1/models', port: 8000 } }, [], {
        env: [...(VLLM.env ?? []), KEY],
      }),
      finds: [`${AT}/path`],
    },
    {
      shows: 'a command that asks such a path',
      change: probing({ exec: { command: ['curl', '-sf', 'http://localhost:8000/v1/models'] } }, [
        '--api-key=$(KEY)',
      ]),
      finds: [`${SERVER} ${CONTAINER}/readinessProbe/exec/command`],
    },
    {
      shows: 'a path of another server',
      change: probing({ httpGet: { path: '/healthz', port: 'http' } }),
      finds: [`${AT}/path`],
    },
    {
      shows: 'a port where nobody listens',
      change: probing({ httpGet: { path: '/health', port: 8080 } }),
      finds: [`${AT}/port`],
    },
    {
      shows: 'a port of a name that the container does not have',
      change: probing({ tcpSocket: { port: 'api' } }),
      finds: [`${SERVER} ${CONTAINER}/readinessProbe/tcpSocket/port`],
    },
    {
      shows: 'a rank, which answers nobody',
      change: probing(
        { httpGet: { path: '/health', port: 'http' } },
        [
          '--headless',
          '--nnodes=2',
          '--node-rank=1',
          '--master-addr=oss-0.oss',
          '--pipeline-parallel-size=2',
        ],
        { startupProbe: null, livenessProbe: null },
      ),
      finds: [`${SERVER} ${CONTAINER}/readinessProbe`],
    },
    {
      shows: 'TLS of a server without a certificate',
      change: probing({ httpGet: { path: '/health', port: 'http', scheme: 'HTTPS' } }),
      finds: [`${AT}/scheme`],
    },
  ],
  check: (_, one) =>
    modelServersIn(one).flatMap((server) => {
      if (isHeadless(server)) return headlessFaults(server);
      return PROBES.flatMap((name) => {
        const probe = server.container[name];
        const at = `${server.at}/${name}`;
        return probe === undefined
          ? []
          : [...faultsOf(server, probe, at), ...commandFaults(server, probe, at)];
      });
    }),
});

/** A rank has no API server (entrypoints/cli/serve.py, run_headless). */
function headlessFaults(server: ModelServer): Violation[] {
  const port = numberAt(commandLineOf(server.container), 'port') ?? DEFAULT_PORT;
  return PROBES.flatMap((name) => {
    const { httpGet, tcpSocket } = server.container[name] ?? {};
    const asked = httpGet ?? tcpSocket;
    const own = server.container.ports?.find((each) => each.name === asked?.port)?.containerPort;
    if (asked === undefined || asked.host !== undefined || (own ?? asked.port) !== port) return [];
    const pointer = `${server.at}/${name}`;
    const problem = 'a rank with --headless has no API, and never answers this probe';
    return [{ pointer, problem, fix: 'remove the probe', patch: [{ op: 'remove' as const, path: pointer }] }];
  });
}

function faultsOf(server: ModelServer, { httpGet, tcpSocket }: Probe, at: string): Violation[] {
  const [asked, place] = httpGet === undefined ? [tcpSocket, `${at}/tcpSocket`] : [httpGet, `${at}/httpGet`];
  // A probe of another host asks somebody else.
  if (asked === undefined || asked.host !== undefined) return [];
  const { port } = asked;
  const reached =
    typeof port === 'number'
      ? port
      : server.container.ports?.find(({ name }) => name === port)?.containerPort;
  const listens = listeningPort(server);
  if (reached === undefined) {
    return [
      {
        ...{ pointer: `${place}/port`, value: port, problem: `the container has no port named ${port}` },
        ...portFix(listens, `${place}/port`),
      },
    ];
  }
  if (listens === undefined) return [];
  if (!isOpenPort(server, reached, listens)) {
    return [
      {
        ...{ pointer: `${place}/port`, value: port },
        problem: `nobody listens on ${reached}: the server listens on ${listens}`,
        ...portFix(listens, `${place}/port`),
      },
    ];
  }
  if (reached !== listens) return [];
  return [
    ...hostFault(server, `${place}/port`),
    ...(httpGet === undefined ? [] : httpFaults(server, httpGet, place)),
  ];
}

function portFix(listens: number | undefined, path: string) {
  if (listens === undefined) return {};
  return { fix: `use ${listens}`, patch: [{ op: 'replace' as const, path, value: listens }] };
}

/** Of a command that asks the server itself, and fails at an answer of 401. */
function commandFaults(server: ModelServer, { exec }: Probe, at: string): Violation[] {
  const text = exec?.command?.join(' ') ?? '';
  const [, path] = /https?:\/\/(?:localhost|127\.0\.0\.1)(?::\d+)?(\/v1\/[^\s"'|;]*)/.exec(text) ?? [];
  const isStrict = /\bwget\b|\bcurl\b.*\s(?:-[a-zA-Z]*f|--fail)/.test(text);
  if (path === undefined || !isStrict || !hasKey(server) || /authorization|VLLM_API_KEY/i.test(text))
    return [];
  const problem = `the server answers 401 to ${path} without its API key`;
  return [{ pointer: `${at}/exec/command`, value: exec?.command, problem, fix: 'ask /health' }];
}

/** The kubelet asks the address of the pod. */
function hostFault({ container: own }: ModelServer, pointer: string): Violation[] {
  const host = flagValue(commandLineOf(own), 'host');
  if (host === undefined || !LOOPBACK.has(host)) return [];
  const problem = `the server listens on ${host} alone, and the kubelet asks the address of the pod`;
  return [{ pointer, problem, fix: 'remove --host' }];
}

function httpFaults(server: ModelServer, httpGet: HTTPGetAction, at: string): Violation[] {
  const { path = '/', scheme = 'HTTP', httpHeaders = [] } = httpGet;
  const { flags, isOpen } = commandLineOf(server.container);
  const health = {
    fix: 'use /health',
    patch: [{ op: 'add' as const, path: `${at}/path`, value: '/health' }],
  };
  const hasHeader = httpHeaders.some(({ name }) => name.toLowerCase() === 'authorization');
  const root = flags.get('root-path')?.[0] ?? '';
  const own = root !== '' && path.startsWith(root) ? path.slice(root.length) : path;
  if (/^\/v1(?:\/|$)/.test(own) && hasKey(server) && !hasHeader) {
    return [
      {
        pointer: `${at}/path`,
        value: path,
        problem: `the server answers 401 to ${path} without its API key`,
        ...health,
      },
    ];
  }
  if (FOREIGN_PATHS.test(path) && !flags.has('middleware')) {
    return [
      {
        pointer: `${at}/path`,
        value: path,
        problem: `the server has no path ${path} and answers 404`,
        ...health,
      },
    ];
  }
  const isTls = flags.has('ssl-certfile');
  if (isOpen || (scheme === 'HTTPS') === isTls) return [];
  const problem = isTls
    ? 'the server speaks TLS, and the probe plain HTTP'
    : 'the server speaks plain HTTP, and the probe TLS';
  const value = isTls ? 'HTTPS' : 'HTTP';
  return [
    {
      pointer: `${at}/scheme`,
      value: scheme,
      problem,
      fix: `use ${value}`,
      patch: [{ op: 'add', path: `${at}/scheme`, value }],
    },
  ];
}

function hasKey({ container: { env = [], ...own } }: ModelServer): boolean {
  const variable = env.find(({ name }) => name === 'VLLM_API_KEY');
  const isSet = variable !== undefined && (variable.valueFrom !== undefined || (variable.value ?? '') !== '');
  return (
    isSet ||
    [...(own.command ?? []), ...(own.args ?? [])].some((word) => /(?:^|\s)--api[-_]key(?:[\s=]|$)/.test(word))
  );
}
