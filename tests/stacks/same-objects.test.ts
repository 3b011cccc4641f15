import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import * as pulumi from '@pulumi/pulumi';
import type { Manifest } from '../../base/manifest';
import { difference } from '../../cli/diff';
import { explain } from '../../cli/explain';
import { placeholder } from '../../cli/rendered';
import { loadStack, projectDir } from '../../cli/stack';
import { stackSources } from '../../cli/stack-sources';
import { synthesize } from '../../cli/synth';
import { PLATFORM_KEY, PROJECT, programSecrets, requiredSecrets } from '../../config';
import { unpack } from '../../stacks/bundle-state';
import { deploy } from '../../stacks/layers';
import { exampleFolder, exampleNames } from '../examples';

/** The stacks that this package ships; those of examples are all called local. */
const STACKS = ['local', 'dev', 'staging', 'prod', 'supervisor'].map((stack) => ({
  stack,
  folder: projectDir(),
}));

const SUBJECTS = [
  ...STACKS,
  ...exampleNames.map((name) => ({ stack: 'local', folder: exampleFolder(name) })),
];

let registered: Manifest[];

before(async () => {
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, id }) => {
        if (type === 'vcf-ai:index:Bundle') {
          registered.push(...unpack(inputs));
        } else if (/^kubernetes:(?!.*:(Provider)$)/.test(type) && !id) {
          registered.push(inputs as Manifest);
        }
        return { id: id || name, state: { outputs: {}, data: { value: '' }, ...inputs } };
      },
      // No Helm chart is rendered: what charts bring is known to the provider alone.
      call: () => ({ result: [] }),
    },
    PROJECT,
    'local',
    true,
  );
});

/** What `pulumi up` registers of a stack. */
async function applied(stack: string, folder: string): Promise<readonly Manifest[]> {
  registered = [];
  const { platform, document } = loadStack(stack, folder);
  const secrets = [...requiredSecrets(platform), ...programSecrets(platform)];
  pulumi.runtime.setAllConfig({
    [PLATFORM_KEY]: JSON.stringify(document),
    ...Object.fromEntries(secrets.map(({ name }) => [`${PROJECT}:${name}`, placeholder(name, stack)])),
  });
  await deploy();
  await pulumi.runtime.disconnect();
  return registered;
}

describe('synth, check, explain, diff and up mean the same objects', () => {
  for (const { stack, folder } of SUBJECTS) {
    test(`${folder.split('/').at(-1)}, ${stack}`, async () => {
      const written = synthesize(stack, folder);
      assert.ok(written.length > 5, `only ${written.length} objects`);
      const judged = stackSources(stack, folder).sources.map(({ manifest }) => manifest);
      assert.deepEqual(
        judged,
        written.filter(({ layer }) => layer !== 'crds').map(({ manifest }) => manifest),
      );
      for (const { id } of [written[0], written.at(-1)].filter((one) => one !== undefined)) {
        assert.ok(explain(id, stack, folder).startsWith(`${id}\n`));
      }
      // What pulumi makes of a stack with a vCenter is compared in tests/e2e/preview.test.ts, by the engine.
      if (loadStack(stack, folder).platform.cluster.kind === 'vks') return;
      const found = difference(
        await applied(stack, folder),
        written.map(({ manifest }) => manifest),
      );
      assert.deepEqual(found, { created: [], deleted: [], changed: [], same: written.length });
    });
  }
});
