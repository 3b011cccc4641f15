/** Default VM classes of vSphere: CPUs and GiB of memory. Each exists as best-effort and as guaranteed. */
const SIZES = {
  xsmall: [2, 2],
  small: [2, 4],
  medium: [2, 8],
  large: [4, 16],
  xlarge: [4, 32],
  '2xlarge': [8, 64],
  '4xlarge': [16, 128],
  '8xlarge': [32, 128],
} as const;

/** What the platform knows of a VM class that vSphere brings. */
export interface KnownVmClass {
  readonly name: string;
  readonly cpus: number;
  readonly memoryGiB: number;
  /** Percent of both that each VM has for itself. */
  readonly reservation: number;
}

/** Smallest first. */
export const KNOWN_VM_CLASSES: readonly KnownVmClass[] = Object.entries(SIZES).flatMap(
  ([size, [cpus, memoryGiB]]) => [
    { name: `best-effort-${size}`, cpus, memoryGiB, reservation: 0 },
    { name: `guaranteed-${size}`, cpus, memoryGiB, reservation: 100 },
  ],
);

/** Of nodes whose class nobody names. */
export const DEFAULT_VM_CLASS = 'guaranteed-large';
