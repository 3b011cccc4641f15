/** A GPU as the memory plan and the scheduler know it. */
export interface GpuProfile {
  readonly name: string;
  /** Value of the node label `nvidia.com/gpu.product`, which GPU feature discovery sets. */
  readonly product: string;
  /** vGPU profile that is the whole GPU, without its prefix: from NVIDIA's vGPU user guide. */
  readonly vgpu: string;
  /**
   * GiB that a framework sees (`torch.cuda.mem_get_info`), less than the data sheet and nvidia-smi say: 79.11 of
   * an H100 in vLLM's issue 27508, 44.42 to 44.53 of an L40S in logs of others; the least that was seen.
   */
  readonly memoryGiB: number;
  /** How many GPUs of a node NVLink joins: 8 by NVSwitch, 2 by bridges; 1 where there is none. */
  readonly linked: 8 | 2 | 1;
  /** Compute capability without its point: 80 Ampere, 89 Ada, 90 Hopper. */
  readonly computeCapability: 80 | 89 | 90;
  /** Slices by MIG profile in GiB; none when the GPU cannot be divided or its slices are not known here. */
  readonly mig: Readonly<Record<string, number>>;
}

/** Of an A100 or H100 with 80 GB, rounded down: drivers differ by a quarter of a GiB. */
const SLICES_OF_80GB: GpuProfile['mig'] = {
  '1g.10gb': 9.5,
  '1g.20gb': 19.5,
  '2g.20gb': 19.5,
  '3g.40gb': 39.25,
  '4g.40gb': 39.25,
  '7g.80gb': 79.1,
};

/** Of an H100 NVL, rounded down (NVIDIA/mig-parted, pull request 101). */
const SLICES_OF_94GB: GpuProfile['mig'] = {
  '1g.12gb': 10.5,
  '1g.24gb': 21.5,
  '2g.24gb': 21.5,
  '3g.47gb': 46.25,
  '4g.47gb': 46.25,
  '7g.94gb': 93,
};

const PROFILES: readonly GpuProfile[] = [
  {
    name: 'h100-sxm-80gb',
    product: 'NVIDIA-H100-80GB-HBM3',
    vgpu: 'h100xm-80c',
    memoryGiB: 79.1,
    linked: 8,
    computeCapability: 90,
    mig: SLICES_OF_80GB,
  },
  {
    name: 'h100-pcie-80gb',
    product: 'NVIDIA-H100-PCIe',
    vgpu: 'h100-80c',
    memoryGiB: 79.1,
    linked: 1,
    computeCapability: 90,
    mig: SLICES_OF_80GB,
  },
  {
    name: 'h100-nvl-94gb',
    product: 'NVIDIA-H100-NVL',
    vgpu: 'h100l-94c',
    memoryGiB: 93,
    linked: 2,
    computeCapability: 90,
    mig: SLICES_OF_94GB,
  },
  {
    name: 'h200-sxm-141gb',
    product: 'NVIDIA-H200',
    vgpu: 'h200x-141c',
    memoryGiB: 139.8,
    linked: 8,
    computeCapability: 90,
    mig: {},
  },
  {
    name: 'a100-sxm-80gb',
    product: 'NVIDIA-A100-SXM4-80GB',
    vgpu: 'a100dx-80c',
    memoryGiB: 79.1,
    linked: 8,
    computeCapability: 80,
    mig: SLICES_OF_80GB,
  },
  {
    name: 'l40s-48gb',
    product: 'NVIDIA-L40S',
    vgpu: 'l40s-48c',
    memoryGiB: 44.4,
    linked: 1,
    computeCapability: 89,
    mig: {},
  },
];

export const GPU_NAMES: readonly string[] = PROFILES.map(({ name }) => name);

/** vGPU profiles that are a whole GPU, as hosts call them. */
export function vgpuProfiles(): string[] {
  return PROFILES.map(({ vgpu }) => `nvidia_${vgpu}`);
}

/** How many GPUs of a vGPU profile NVLink joins; 8 of one that is not known here. */
export function linkedOf(profile: string): number {
  return PROFILES.find(({ vgpu }) => profile.endsWith(`_${vgpu}`))?.linked ?? 8;
}

/** Every MIG profile of any GPU. */
export const MIG_PROFILES: readonly string[] = [
  ...new Set(PROFILES.flatMap(({ mig }) => Object.keys(mig))),
].sort();

/** @throws RangeError for a name that is not in {@link GPU_NAMES}. */
export function gpuProfile(name: string): GpuProfile {
  const profile = PROFILES.find((candidate) => candidate.name === name);
  if (profile === undefined) throw new RangeError(`${name} is not a GPU that is known here`);
  return profile;
}
