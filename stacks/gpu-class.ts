import * as pulumi from '@pulumi/pulumi';
import { type GpuClassArgs, gpuClassProvider } from './gpu-class-provider';

/** A VM class of vSphere whose VMs have GPUs. */
export class GpuVmClass extends pulumi.dynamic.Resource {
  /** Of the class, by which a vSphere Namespace is given it. */
  declare readonly name: pulumi.Output<string>;
  /** Places of the devices in the hosts' group. */
  declare readonly sequenceIds: pulumi.Output<number[]>;

  constructor(name: string, args: GpuClassArgs, options?: pulumi.CustomResourceOptions) {
    super(gpuClassProvider, name, { ...args, sequenceIds: undefined }, options, 'vcf-ai', 'GpuVmClass');
  }
}
