// The way of a stack from 0.1 to 0.2, where definitions and admission policies become bundles (docs/operations.md).
//
//   state    the export of a stack, without them
//   owners   a list of them as a cluster has them; those that Pulumi applied, with the field manager of 0.2
import { readFileSync } from 'node:fs';

const BUNDLED =
  /stacks:Manifests\$kubernetes:(apiextensions|admissionregistration)\.k8s\.io\/v1:(CustomResourceDefinition|ValidatingAdmissionPolicy(Binding)?)::/;

const filters = {
  state(exported) {
    const { deployment } = exported;
    const gone = new Set(deployment.resources.filter(({ urn }) => BUNDLED.test(urn)).map(({ urn }) => urn));
    const kept = (urns) => (urns ?? []).filter((urn) => !gone.has(urn));
    const resources = deployment.resources
      .filter(({ urn }) => !gone.has(urn))
      .map(({ dependencies, propertyDependencies, ...resource }) => ({
        ...resource,
        ...(dependencies && { dependencies: kept(dependencies) }),
        ...(propertyDependencies && {
          propertyDependencies: Object.fromEntries(
            Object.entries(propertyDependencies).map(([key, urns]) => [key, kept(urns)]),
          ),
        }),
      }));
    console.error(`${gone.size} objects are removed from the state; they remain in the cluster`);
    return { ...exported, deployment: { ...deployment, resources } };
  },
  owners(list) {
    const ofPulumi = ({ manager = '' }) => manager.startsWith('pulumi-kubernetes');
    const items = list.items.filter(({ metadata }) => metadata.managedFields?.some(ofPulumi));
    for (const { metadata } of items) {
      for (const entry of metadata.managedFields) if (ofPulumi(entry)) entry.manager = 'vcf-ai-platform';
    }
    console.error(`${items.length} objects change their owner`);
    return { ...list, items };
  },
};

const filter = filters[process.argv[2]];
if (!filter) {
  console.error('usage: node scripts/from-0.1.mjs state | owners, from standard input to standard output');
  process.exit(2);
}
process.stdout.write(JSON.stringify(filter(JSON.parse(readFileSync(0, 'utf8')))));
