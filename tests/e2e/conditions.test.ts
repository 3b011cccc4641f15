import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { load } from 'js-yaml';
import { waitForDataPlane } from '../../cli/start';
import { synthesize } from '../../cli/synth';
import { PROJECT } from '../../config';
import { exampleFolder } from '../examples';
import { Cluster } from './cluster';
import { type Opinion, SecondOpinion } from './second-opinion';
import { begin, shared } from './shared';
import { ofExamples } from './upstream-opinion';
import { WatchedKinds } from './watched-kinds';

const told = ({ object, change, rules, controllers }: Opinion) =>
  `${object} ${change}: ${rules.join()} ${controllers.join('; ')}`;

describe('what the API server takes, the rules and the controllers judge alike', () => {
  const project = shared;
  let cluster: Cluster;
  let watched: WatchedKinds;
  let opinions: SecondOpinion;

  before(async () => {
    await begin();
    project.use('multi-tenant-jwt');
    const { config } = load(readFileSync(join(exampleFolder('mcp'), 'Pulumi.local.yaml'), 'utf8')) as {
      config: Record<string, { mcp: unknown }>;
    };
    const { [`${PROJECT}:platform`]: platform, ...secrets } = config;
    project.edit((draft, file) => {
      draft.mcp = platform?.mcp;
      Object.assign(file.config, secrets);
    });
    await project.update();
    await waitForDataPlane(project.state);
    const bundle = synthesize('local', project.folder)
      .filter(({ layer }) => layer !== 'crds')
      .map(({ manifest }) => manifest);
    cluster = new Cluster(project.state);
    watched = new WatchedKinds(cluster, project.state);
    opinions = new SecondOpinion(cluster, bundle, watched);
  });
  after(() => watched.stop());

  test('no controller complains of a change in which no rule finds an error', async (t) => {
    const all = await opinions.ofAccepted();
    const differing = all.filter(({ controllers }) => controllers.length > 0);
    const rate = ((100 * (all.length - differing.length)) / all.length).toFixed(1);
    t.diagnostic(`${all.length - differing.length} of ${all.length} changes (${rate} %) are fine for both`);
    assert.deepEqual(differing.map(told), []);
    assert.ok(all.length > 20, `${all.length} changes were taken`);
  });

  test('names of nobody are refused by both; what else rules refuse, most controllers let pass', async (t) => {
    const all = await opinions.ofRefused();
    const both = all.filter(({ controllers }) => controllers.length > 0);
    t.diagnostic(
      `controllers complain of ${both.length} of ${all.length} changes in which rules find errors`,
    );
    for (const one of all)
      t.diagnostic(`${one.controllers.length > 0 ? 'both' : 'the rules alone'}: ${told(one)}`);
    assert.ok(both.some(({ rules }) => rules.includes('R13')));
  });

  test('what a controller says against an example of the gateways, a rule says too', async (t) => {
    const all = await ofExamples(cluster, watched);
    const complained = all.filter(({ complaints }) => complaints.length > 0);
    const unseen = complained.filter((one) => one.unseen.length > 0);
    t.diagnostic(
      `controllers say something against ${complained.length} of ${all.length} examples, and the rules to ` +
        `${complained.length - unseen.length} of these the same`,
    );
    for (const { file, rules } of all.filter(({ complaints }) => complaints.length === 0)) {
      if (rules.includes('R13')) t.diagnostic(`R13 alone, and no controller: ${file}`);
    }
    assert.deepEqual(
      unseen.map((one) => `${one.file}: ${one.unseen.join('; ')}`),
      [],
    );
    assert.ok(complained.length > 0);
  });
});
