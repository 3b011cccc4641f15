import type { PodSpec } from 'kubernetes-types/core/v1';

/** What a model of GPU is: its compute capability, and its memory in GiB where its name does not say it. */
export interface GpuProduct {
  readonly name: string;
  readonly capability: number;
  readonly memory: number;
}

/** Labels of nodes that say which GPUs they have: of NVIDIA's feature discovery, of GKE, of AKS and EKS. */
const LABELS = [
  'nvidia.com/gpu.product',
  'cloud.google.com/gke-accelerator',
  'k8s.amazonaws.com/accelerator',
  'karpenter.k8s.aws/instance-gpu-name',
];

/** Capabilities: developer.nvidia.com/cuda-gpus; memory: NVIDIA's data sheets. The first that fits counts. */
const PRODUCTS: readonly (readonly [name: RegExp, capability: number, memory: number])[] = [
  [/\bp100\b/, 6, 16],
  [/\bp40\b/, 6.1, 24],
  [/\bp4\b/, 6.1, 8],
  [/\bv100s?\b/, 7, 32],
  [/\bt4g?\b/, 7.5, 16],
  [/\ba100\b/, 8, 80],
  [/\ba30\b/, 8, 24],
  [/\ba(?:10g?|10m)\b/, 8.6, 24],
  [/\ba40\b/, 8.6, 48],
  [/\brtx-a6000\b/, 8.6, 48],
  [/\bl4\b/, 8.9, 24],
  [/\bl40s?\b/, 8.9, 48],
  [/\bh100\b/, 9, 96],
  [/\bh200\b/, 9, 144],
  [/\bgh200\b/, 9, 144],
  [/\bb200\b/, 10, 192],
];

/** The GPUs of the nodes that a pod goes to; undefined where nobody can know them, or where a GPU is shared. */
export function productOf(spec: PodSpec): GpuProduct | undefined {
  const name = LABELS.map((label) => labelOf(spec, label)).find((value) => value !== undefined);
  if (name === undefined || /mig|shared|vgpu|grid/i.test(name)) return undefined;
  const plain = name.toLowerCase().replaceAll('_', '-');
  const found = PRODUCTS.find(([pattern]) => pattern.test(plain));
  if (found === undefined) return undefined;
  const [, capability, memory] = found;
  const said = /(?:^|-)(\d{2,3})gb(?:-|$)/.exec(plain)?.[1];
  // GKE's name without a size is the first of that model.
  const size = said === undefined ? (plain === 'nvidia-tesla-a100' ? 40 : memory) : Number(said);
  return { name, capability, memory: size };
}

/** The one value that a label of the node must have. */
function labelOf({ nodeSelector = {}, affinity }: PodSpec, label: string): string | undefined {
  const selected = nodeSelector[label];
  if (selected !== undefined) return selected;
  const [term, ...others] =
    affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  if (term === undefined || others.length > 0) return undefined;
  const [value, ...more] =
    term.matchExpressions?.find(({ key, operator }) => key === label && operator === 'In')?.values ?? [];
  return more.length > 0 ? undefined : value;
}

/** GiB of a slice by the name of its resource: `nvidia.com/mig-3g.40gb`. */
export function sliceMemory(resource: string): number | undefined {
  const size = /^nvidia\.com\/mig-\d+g\.(\d+)gb/.exec(resource)?.[1];
  return size === undefined ? undefined : Number(size);
}
