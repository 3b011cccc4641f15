import { type GpuClassArgs, gpuClassProvider } from '../../stacks/gpu-class-provider';
import type { VCenterLogin } from '../../stacks/vcenter';

export const PASSWORD_KEY = 'vcf-ai-platform:vcenter-password';
export const NAME = 'gpu-h100-4';

/** The provider's methods, which the SDK types as optional and of anything. */
// biome-ignore lint/suspicious/noExplicitAny: as the engine calls them
export const provider = gpuClassProvider as Required<Record<keyof typeof gpuClassProvider, any>>;

/** A class of four H100 in the stand-in's own compute cluster. */
export const gpuClassArgs = ({ server, user }: Pick<VCenterLogin, 'server' | 'user'>): GpuClassArgs => ({
  server,
  user,
  passwordKey: PASSWORD_KEY,
  allowUnverifiedSsl: true,
  datacenter: 'DC0',
  computeCluster: 'DC0_C0',
  name: NAME,
  description: 'of the platform',
  cpus: 48,
  memoryMb: 786_432,
  profile: 'nvidia_h100xm-80c',
  devices: 4,
  deviceGroup: 'Nvidia:4@nvidia_h100xm-80c%NVLink',
  mmioGb: 512,
});
