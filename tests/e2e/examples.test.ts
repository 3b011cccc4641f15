import assert from 'node:assert/strict';
import type { OutgoingHttpHeaders } from 'node:http';
import { before, describe, test } from 'node:test';
import { waitForDataPlane } from '../../cli/start';
import { synthesize } from '../../cli/synth';
import { TENANT_HEADER, WORKLOAD_HEADER, type Workload } from '../../config';
import { until } from '../../local/until';
import { MALICIOUS_TOKEN } from '../../validation/credentials';
import { deploymentOrder } from '../examples';
import { Cluster } from './cluster';
import { complaints, GENERATED, judgedKinds } from './conditions';
import { exercises, type Stage } from './exercises';
import { begin, shared } from './shared';
import { tokenOf } from './tokens';
import { Traffic } from './traffic';

const AT_ONCE = 8;

/**
 * From a thousand workloads to a few: the hardest step for Pulumi. The others are the same objects without it; what one
 * `pulumi up` makes of another platform is the subject of day-two.test.ts and identity.test.ts.
 */
const BY_PULUMI = deploymentOrder.slice(0, 2);

describe('one platform becomes every example, one after another', () => {
  const project = shared;
  /** Objects that the API server took, as JSON. */
  const taken = new Set<string>();
  let cluster: Cluster;

  before(async () => {
    await begin();
    cluster = new Cluster(project.state);
  });

  const identify = async (traffic: Traffic, workload: Workload): Promise<OutgoingHttpHeaders> => {
    const { identity } = traffic.platform.gateway;
    const { app, tenant } = workload.match;
    switch (identity.kind) {
      case 'none':
        return {};
      case 'trustedHeader':
        return { ...(app && { [WORKLOAD_HEADER]: app }), ...(tenant && { [TENANT_HEADER]: tenant }) };
      case 'apiKey':
        return { authorization: `Bearer ${await project.secret(workload.apiKeySecret ?? '')}` };
      case 'jwt': {
        const claims = { ...(app && { [identity.claims.workload]: app }) };
        const tenancy = identity.claims.tenant && tenant ? { [identity.claims.tenant]: tenant } : {};
        return {
          authorization: `Bearer ${await tokenOf(project, traffic.platform, { azp: 'any', ...claims, ...tenancy })}`,
        };
      }
      default:
        throw new Error(`no test can be a client with ${identity.kind}`);
    }
  };

  for (const name of deploymentOrder) {
    describe(name, () => {
      let stage: Stage;
      let rendered: ReturnType<typeof synthesize>;

      before(async () => {
        project.use(name);
        rendered = synthesize('local', project.folder);
        if (BY_PULUMI.includes(name)) {
          await project.update();
          await waitForDataPlane(project.state);
        } else {
          await project.apply();
        }
        const traffic = await Traffic.open(project);
        stage = { project, cluster, traffic, identify: (workload) => identify(traffic, workload) };
      });

      test(`${name}: the API server takes every object, unknown fields being errors, without a warning [api-server-takes-examples]`, async () => {
        const warnings: string[] = [];
        const objects = rendered.filter(({ manifest }) => {
          const text = JSON.stringify(manifest);
          // The same object as of the example before is the same request to the same server.
          return !taken.has(text) && taken.add(text);
        });
        assert.ok(objects.length > 0);
        const worker = async () => {
          for (let one = objects.pop(); one !== undefined; one = objects.pop()) {
            for (const warning of await cluster.dryRun(one.manifest)) warnings.push(`${one.id}: ${warning}`);
          }
        };
        await Promise.all(Array.from({ length: AT_ONCE }, worker));
        assert.deepEqual(warnings, []);
      });

      test(`${name}: every controller has judged every object, and all is true [controllers-judge-examples]`, async () => {
        const judged = rendered.filter(({ manifest }) => judgedKinds.includes(manifest.kind));
        let said: string[] = [];
        const silent = async () => {
          const ours = await Promise.all(judged.map(({ manifest }) => cluster.read(manifest)));
          const made = await Promise.all(GENERATED.map(([version, kind]) => cluster.all(version, kind)));
          said = [...new Set([...ours, ...made.flat()].flatMap(complaints))];
          return said.length === 0;
        };
        await until(silent, 30, 500);
        assert.deepEqual(said, []);
      });

      test(`${name}: no credential of a client reaches an upstream, on any route [examples-leak-nothing]`, async () => {
        const { traffic } = stage;
        const places: string[] = [];
        const calls = traffic.calls();
        for (let at = 0; at < calls.length; at += AT_ONCE) {
          const some = calls.slice(at, at + AT_ONCE);
          const identities = await Promise.all(some.map(({ workload }) => stage.identify(workload)));
          places.push(...(await traffic.smuggle(some, identities, MALICIOUS_TOKEN)));
        }
        assert.deepEqual(places, []);
      });

      exercises[name]?.(() => stage);
    });
  }
});
