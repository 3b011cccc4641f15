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

/**
 * The first that fits counts. Capabilities: NVIDIA, developer.nvidia.com/cuda-gpus and cuda-legacy-gpus; of the A10G, which is not
 * there, Amazon EC2 G5 and Text Embeddings Inference's README. Memory: NVIDIA's data sheets, of each model the largest
 * that is sold, so that no GPU has more: names without a size leave it open.
 */
const PRODUCTS: readonly (readonly [name: RegExp, capability: number, memory: number])[] = [
  [/\bp100\b/, 6, 16],
  [/\bp40\b/, 6.1, 24],
  [/\bp4\b/, 6.1, 8],
  [/\bv100s?\b/, 7, 32],
  [/\bt4g?\b/, 7.5, 16],
  [/\ba100[dx]?\b/, 8, 80],
  [/\ba30x?\b/, 8, 24],
  [/\ba10g?\b/, 8.6, 24],
  [/\ba(?:16|2)\b/, 8.6, 16],
  [/\ba40\b/, 8.6, 48],
  [/\brtx-a6000\b/, 8.6, 48],
  [/\bl4\b/, 8.9, 24],
  [/\bl40s?\b/, 8.9, 48],
  [/\bh100(?:l|xm)?\b/, 9, 96],
  [/\bh200\b/, 9, 144],
  [/\bgh200\b/, 9, 144],
  [/\bg?b200\b/, 10, 192],
  [/\bg?b300\b/, 10.3, 288],
  [/\brtx-pro-6000-blackwell\b/, 12, 96],
];

/**
 * What a vGPU guest calls its GPU: `GRID-A100-10C`, `NVIDIA-L40S-24Q`, and of a slice `NVIDIA-A100-3-20C`. The number is its
 * frame buffer in GB (NVIDIA AI Enterprise, vGPU for Compute, vGPU types).
 */
const GUEST = /-(\d{1,3})[abcq](?:me)?$/;

/** The GPUs of the nodes that a pod goes to; undefined where nobody can know them, or where a GPU is shared. */
export function productOf(spec: PodSpec): GpuProduct | undefined {
  const name = LABELS.map((label) => labelOf(spec, label)).find((value) => value !== undefined);
  if (name === undefined || /mig|shared|vgpu/i.test(name)) return undefined;
  const plain = name.toLowerCase().replaceAll('_', '-');
  const found = PRODUCTS.find(([pattern]) => pattern.test(plain));
  if (found === undefined) return undefined;
  const [, capability, memory] = found;
  const said = (GUEST.exec(plain) ?? /(?:^|-)(\d{2,3})gb(?:-|$)/.exec(plain))?.[1];
  const part = PARTITION.exec(labelOf(spec, 'cloud.google.com/gke-gpu-partition-size') ?? '')?.[1];
  // GKE's name without a size is the first of that model.
  const size = part ?? said ?? (plain === 'nvidia-tesla-a100' ? 40 : memory);
  return { name, capability, memory: Number(size) };
}

/** A slice as GKE names it: `1g.5gb` (GKE, multi-instance GPUs). */
const PARTITION = /^\d+g\.(\d+)gb/;

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

/** GiB of a slice by the name of its resource: `nvidia.com/mig-3g.40gb` (NVIDIA, MIG user guide, device names). */
export function sliceMemory(resource: string): number | undefined {
  const size = /^nvidia\.com\/mig-(?:\d+c\.)?\d+g\.(\d+)gb/.exec(resource)?.[1];
  return size === undefined ? undefined : Number(size);
}
