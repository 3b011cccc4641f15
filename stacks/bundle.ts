import * as pulumi from '@pulumi/pulumi';
import type { KubeAccess } from './api-server';
import { type BundledObject, pack } from './bundle-state';

const PACKAGE = 'vcf-ai';

/** The process that makes bundles; a bundle knows its cluster itself. */
export class BundleProvider extends pulumi.ProviderResource {
  constructor(name: string) {
    super(PACKAGE, name);
  }
}

/**
 * Many objects as one resource, applied together. The definitions and the admission policies as resources of their
 * own would be nine tenths of the state's bytes and more than half of the time of every update, changed or not: the
 * engine hands each of them to the program, to the provider and back.
 *
 * Its provider is `stacks/provider`; a project names it under `plugins.providers`, as `Pulumi.yaml` does.
 */
export class Bundle extends pulumi.CustomResource {
  constructor(
    name: string,
    objects: readonly BundledObject[],
    access: pulumi.Output<KubeAccess>,
    options: pulumi.CustomResourceOptions,
  ) {
    const { context, kubeconfig } = access;
    super(`${PACKAGE}:index:Bundle`, name, { ...pack(objects), context, kubeconfig }, options);
  }
}
