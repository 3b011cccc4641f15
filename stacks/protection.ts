import * as pulumi from '@pulumi/pulumi';

/**
 * What keeps `pulumi destroy` from beginning. Pulumi takes resources away in the reverse order of their dependencies,
 * and refuses a protected one only when its turn comes: were the Cluster alone protected, the gateway in front of it
 * would be gone by then. This one depends on all others. Its turn is the first, and what it depends on stays.
 */
export class Protection extends pulumi.ComponentResource {
  /**
   * @param everything All that the stack makes.
   * @param protect Registered in any case: pulumi does not delete what was protected and is no longer in the program.
   */
  constructor(everything: readonly pulumi.Resource[], protect: boolean) {
    super('vcf-ai-platform:stacks:Protection', 'protection', {}, { dependsOn: [...everything], protect });
    this.registerOutputs({});
  }
}
