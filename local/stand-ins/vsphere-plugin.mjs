// Stands in for the plugin of the vSphere provider where a preview asks no vCenter (VCF_AI_OFFLINE=1): the engine
// loads a plugin for every resource that it shows, and calls none that has no configuration yet.
import { main } from '@pulumi/pulumi/provider/index.js';

const refuse = async () => {
  throw new Error(
    `this stand-in serves previews with VCF_AI_OFFLINE=1 only; install the provider: pulumi plugin install resource vsphere ${version} --reinstall`,
  );
};

const version = process.env.STAND_IN_VERSION ?? '0.0.0';

await main(
  {
    version,
    check: refuse,
    diff: refuse,
    create: refuse,
    read: refuse,
    update: refuse,
    delete: refuse,
    invoke: refuse,
  },
  process.argv.slice(2),
);
