/** The environments that a new one may begin as. */
export const TEMPLATES = ['dev', 'staging', 'prod'] as const;
export type Template = (typeof TEMPLATES)[number];

/** What an environment has of its own; asked for on a terminal, or given as flags. */
export interface Answers {
  /** Name of the Cluster. */
  readonly cluster: string;
  /** vSphere Namespace. */
  readonly namespace: string;
  /** Host name of the vCenter. */
  readonly vcenter: string;
  readonly datacenter: string;
  readonly computeCluster: string;
  /** Id of the Supervisor. */
  readonly supervisor: string;
  /** CIDR of the pods; no two clusters that talk to each other share one. */
  readonly pods: string;
  /** CIDR of the services. */
  readonly services: string;
}

export interface Question {
  readonly key: keyof Answers;
  /** As commander takes it; its camel case is `key`. */
  readonly flag: string;
  readonly asks: string;
  /** What it is without an answer. Default: what stands in the file that the environment begins as. */
  readonly otherwise?: string;
  /** Where the answer goes, below `cluster.vks`. */
  readonly path: readonly string[];
}

export const QUESTIONS: readonly Question[] = [
  {
    key: 'cluster',
    flag: '--cluster <name>',
    asks: 'name of the Cluster',
    otherwise: 'ai-ENV',
    path: ['name'],
  },
  {
    key: 'namespace',
    flag: '--namespace <name>',
    asks: 'vSphere Namespace',
    otherwise: 'ai-ENV',
    path: ['namespace', 'name'],
  },
  { key: 'vcenter', flag: '--vcenter <host>', asks: 'host name of the vCenter', path: ['vcenter', 'server'] },
  { key: 'datacenter', flag: '--datacenter <name>', asks: 'datacenter', path: ['vcenter', 'datacenter'] },
  {
    key: 'computeCluster',
    flag: '--compute-cluster <name>',
    asks: 'compute cluster of the Supervisor',
    path: ['vcenter', 'computeCluster'],
  },
  { key: 'supervisor', flag: '--supervisor <id>', asks: 'id of the Supervisor', path: ['supervisor', 'id'] },
  { key: 'pods', flag: '--pods <cidr>', asks: 'addresses of pods', path: ['network', 'pods'] },
  {
    key: 'services',
    flag: '--services <cidr>',
    asks: 'addresses of services',
    path: ['network', 'services'],
  },
];
