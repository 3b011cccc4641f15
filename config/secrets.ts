import type { Mistake } from '../base/mistake';
import type { LayerName } from './layers';
import { type Locate, type Path, toMistakes } from './mistakes';
import type {
  Controllers,
  McpEndpoint,
  Model,
  Platform,
  ProviderModel,
  TeiModel,
  VllmModel,
  Workload,
} from './platform';
import { PROJECT } from './project';

/** A Pulumi secret that a platform needs, and the field of the document that names it. */
export interface RequiredSecret {
  /** Without the project in front. */
  readonly name: string;
  readonly at: Path;
  /** Completes "stack prod has no secret x, so …". */
  readonly otherwise: string;
}

/**
 * The Pulumi secrets that the objects of a platform hold, each as often as it is named, by path. Those of layers
 * that the stack does not own are another stack's.
 */
export function requiredSecrets(platform: Platform): readonly RequiredSecret[] {
  const owns = (...layers: readonly LayerName[]) => layers.some((layer) => platform.layers.includes(layer));
  return [
    ...(owns('gateway') ? [...ofListener(platform), ...ofLedger(platform)] : []),
    ...platform.models.flatMap((model) =>
      owns(...(model.kind === 'provider' ? [] : (['serving'] as const)), 'gateway') ? ofModel(model) : [],
    ),
    ...(owns('gateway') ? platform.workloads.flatMap(ofWorkload) : []),
    ...(owns('gateway') ? platform.mcp.flatMap(ofMcp) : []),
    ...(owns('controllers') ? [...ofControllers(platform.controllers), ...ofGpuOperator(platform)] : []),
    ...ofMonitoring(platform).filter(() =>
      owns(platform.observability.prometheus.kind === 'own' ? 'observability' : 'controllers'),
    ),
  ];
}

/** The Pulumi secrets that the program itself needs, and puts into no object. */
export function programSecrets({ cluster, layers }: Platform): readonly RequiredSecret[] {
  if (cluster.kind !== 'vks' || !layers.includes('cluster')) return [];
  const { vcenter, supervisor } = cluster;
  const at = ['cluster', 'vks'];
  return [
    ...(vcenter === undefined
      ? []
      : [
          {
            name: vcenter.passwordSecret,
            at: [...at, 'vcenter', 'passwordSecret'],
            otherwise: `vCenter ${vcenter.server} would reject the login`,
          },
        ]),
    ...(supervisor.access.kind === 'context'
      ? []
      : [
          {
            name: supervisor.access.kubeconfigSecret,
            at: [...at, 'supervisor', 'kubeconfigSecret'],
            otherwise: 'the Supervisor would reject the login',
          },
        ]),
  ];
}

function ofGpuOperator({ cluster }: Platform): RequiredSecret[] {
  const operator = cluster.kind === 'vks' ? cluster.gpuOperator : undefined;
  if (operator?.kind !== 'vgpu') return [];
  const at = ['cluster', 'vks', 'gpuOperator', 'vgpu'];
  const { licenseTokenSecret, pullSecret } = operator;
  return [
    {
      name: licenseTokenSecret,
      at: [...at, 'licenseTokenSecret'],
      otherwise: 'vGPUs would be throttled after 20 minutes without a licence',
    },
    ...(pullSecret === undefined
      ? []
      : [{ name: pullSecret, at: [...at, 'pullSecret'], otherwise: 'no node could pull the GPU driver' }]),
  ];
}

function ofListener({ gateway: { listener } }: Platform): RequiredSecret[] {
  if (listener.tls === undefined) return [];
  const at = ['gateway', 'listener', 'tls'];
  const otherwise = 'no client could connect';
  return [
    { name: listener.tls.certificateSecret, at: [...at, 'certificateSecret'], otherwise },
    { name: listener.tls.keySecret, at: [...at, 'keySecret'], otherwise },
  ];
}

function ofLedger({ gateway: { ledger } }: Platform): RequiredSecret[] {
  if (ledger === undefined) return [];
  const at = ['gateway', 'ledger'];
  const { databaseSecret, pullSecret } = ledger;
  return [
    {
      name: databaseSecret,
      at: [...at, 'databaseSecret'],
      otherwise: 'no call would be written into the ledger',
    },
    ...(pullSecret === undefined
      ? []
      : [
          {
            name: pullSecret,
            at: [...at, 'pullSecret'],
            otherwise: 'no node could pull the ledger collector',
          },
        ]),
  ];
}

function ofMonitoring({ observability: { prometheus } }: Platform): RequiredSecret[] {
  if (prometheus.kind === 'existing') return [];
  const needed = (field: string, name: string | undefined, otherwise: string): RequiredSecret[] =>
    name === undefined
      ? []
      : [{ name, at: ['observability', 'prometheus', prometheus.kind, field], otherwise }];
  return [
    ...needed(
      'alertmanagerConfigSecret',
      prometheus.alertmanagerConfigSecret,
      'Alertmanager would tell nobody about an alert',
    ),
    ...(prometheus.kind === 'kubePrometheusStack'
      ? needed('grafanaPasswordSecret', prometheus.grafanaPasswordSecret, 'nobody could log in to Grafana')
      : []),
  ];
}

function ofWorkload({ name, apiKeySecret }: Workload): RequiredSecret[] {
  if (apiKeySecret === undefined) return [];
  const otherwise = `no client could call as ${name}`;
  return [{ name: apiKeySecret, at: ['workloads', name, 'apiKeySecret'], otherwise }];
}

function ofMcp({ name, servers }: McpEndpoint): RequiredSecret[] {
  return servers.flatMap(({ name: server, apiKeySecret }) =>
    apiKeySecret === undefined
      ? []
      : [
          {
            name: apiKeySecret,
            at: ['mcp', name, 'servers', server, 'apiKeySecret'],
            otherwise: `the MCP server ${server} would reject every call`,
          },
        ],
  );
}

function ofControllers({ install, mcpSeedSecret, redisPasswordSecret }: Controllers): RequiredSecret[] {
  if (!install) return [];
  const needed = (field: string, name: string | undefined, otherwise: string): RequiredSecret[] =>
    name === undefined ? [] : [{ name, at: ['controllers', field], otherwise }];
  return [
    ...needed('mcpSeedSecret', mcpSeedSecret, 'anyone could read and forge the ids of MCP sessions'),
    ...needed('redisPasswordSecret', redisPasswordSecret, 'Redis would reject the rate-limit service'),
  ];
}

function ofModel(model: Model): RequiredSecret[] {
  if (model.kind === 'provider') return ofProvider(model);
  return model.kind === 'route' ? [] : ofServer(model);
}

/** Which field names the secret of each kind of credentials. */
const SECRET_FIELDS = {
  apiKey: 'apiKeySecret',
  azureApiKey: 'apiKeySecret',
  anthropicApiKey: 'apiKeySecret',
  aws: 'credentialsSecret',
  azure: 'clientSecret',
  gcp: 'credentialsSecret',
} as const;

function ofProvider({ name, credentials }: ProviderModel): RequiredSecret[] {
  if (credentials.kind === 'none') return [];
  const own = {
    name: credentials.secret,
    field: [SECRET_FIELDS[credentials.kind]],
    otherwise: `the provider of ${name} would reject every request`,
  };
  const client = {
    name: 'exchange' in credentials ? credentials.exchange?.oidc.secret : undefined,
    field: ['oidc', 'clientSecret'],
    otherwise: `the identity provider would issue no token for ${name}`,
  };
  return [own, client].flatMap(({ name: secret, field, otherwise }) =>
    secret === undefined ? [] : [{ name: secret, at: ['models', name, ...field], otherwise }],
  );
}

function ofServer(model: VllmModel | TeiModel): RequiredSecret[] {
  const needed = (field: string, name: string | undefined, otherwise: string): RequiredSecret[] =>
    name === undefined ? [] : [{ name, at: ['models', model.name, model.kind, field], otherwise }];
  return [
    ...(model.kind === 'vllm'
      ? needed('apiKeySecret', model.apiKeySecret, `the servers of ${model.name} would start without a key`)
      : []),
    ...needed('hubTokenSecret', model.hubTokenSecret, `the hub would deny the download of ${model.name}`),
  ];
}

/**
 * What to tell the user when a stack lacks a secret.
 *
 * @param locate Where the document's parts stand in its file.
 */
export function missingSecret(
  { name, at, otherwise }: RequiredSecret,
  stack: string,
  locate?: Locate,
): Mistake {
  const finding = {
    at,
    value: name,
    problem: `stack ${stack} has no secret ${name}, so ${otherwise}`,
    // Without a value on the command line pulumi asks for it, and the key stays out of the shell's history.
    fix: `pulumi config set --secret ${PROJECT}:${name} --stack ${stack}`,
  };
  const [mistake] = toMistakes([finding], locate);
  return mistake as Mistake;
}
