import { existsSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { waitForDataPlane } from '../../cli/start';
import { TerminalProgress } from '../../cli/ui';
import { Cluster } from '../../tests/e2e/cluster';
import { Project } from '../../tests/e2e/project';
import { Changes } from './changes';
import { Deaths } from './deaths';
import { ofExamples } from './examples';
import { VERDICT_RULES } from './groups';
import { objectsIn, stackFile } from './platform';
import { pinnedVersions, RECORD, readRecord, type VerdictRecord, writeRecord } from './record';
import { Samples } from './samples';
import { WatchedKinds } from './watched-kinds';

const HELP = `npm run verify:verdicts                     observes everything anew, half an hour
npm run verify:verdicts -- --part changes   one part alone, or several: changes of our own objects, examples of the
                                            gateways (examples), bad samples of rules with real calls (calls)
npm run verify:verdicts -- --rule G42       the calls of one rule alone, or of several

Boots a datacenter with the real API server, controllers and Envoy, tries what the rules find there, and writes
docs/verdicts.json: what controllers said, and what Envoy did. \`npm test\` compares the rules with that record.
The go command comes from VCF_AI_GO, else from PATH.
Exit codes: 0 written, 1 the arguments are wrong, 2 could not observe.`;

const PARTS = ['changes', 'examples', 'calls'] as const;
type Part = (typeof PARTS)[number];

const isPart = (name: string): name is Part => PARTS.some((part) => part === name);

function wantedParts(names: readonly string[] = PARTS): readonly Part[] | undefined {
  return names.every(isPart) ? PARTS.filter((part) => names.includes(part)) : undefined;
}

/** What there is for the parts that are not observed now; a record of other versions has none of worth. */
function before(): VerdictRecord {
  const versions = pinnedVersions();
  const nothing = { versions, changes: [], examples: [], calls: [] };
  if (!existsSync(RECORD)) return nothing;
  const record = readRecord();
  return JSON.stringify(record.versions) === JSON.stringify(versions) ? record : nothing;
}

/** The platform's own admission policies would refuse what the controllers are to judge. */
async function withoutAdmission(cluster: Cluster): Promise<void> {
  const version = 'admissionregistration.k8s.io/v1';
  for (const binding of await cluster.all(version, 'ValidatingAdmissionPolicyBinding'))
    await cluster.delete(binding);
}

async function observe(
  parts: readonly Part[],
  wanted: readonly string[],
  progress: TerminalProgress,
): Promise<void> {
  const project = new Project();
  try {
    progress.step('a datacenter');
    const { code, text } = await project.up();
    if (code !== 0) throw new Error(text);
    writeFileSync(project.stackFile, stackFile());
    progress.step('pulumi up');
    await project.succeeds(['stack', 'select', '--create']);
    await project.update();
    await waitForDataPlane(project.state);
    const cluster = new Cluster(project.state);
    await withoutAdmission(cluster);
    const watched = new WatchedKinds(cluster, project.state);
    for (const part of parts) {
      const keep = (found: readonly object[]) => writeRecord({ ...before(), [part]: found });
      keep(await observations[part]({ project, cluster, watched, progress, keep, wanted }));
    }
    await watched.stop();
    progress.done();
  } catch (error) {
    // Before it is closed: that may fail for the same reason.
    progress.failed();
    throw error;
  } finally {
    await project.close().catch(({ message }: Error) => console.error(`! ${message}`));
  }
}

interface Stage {
  readonly project: Project;
  readonly cluster: Cluster;
  readonly watched: WatchedKinds;
  readonly progress: TerminalProgress;
  /** Writes what was found so far. */
  readonly keep: (found: readonly object[]) => void;
  /** The rules whose samples are tried. */
  readonly wanted: readonly string[];
}

const observations: Readonly<Record<Part, (stage: Stage) => Promise<readonly object[]>>> = {
  changes: ({ project, cluster, watched, progress }) =>
    new Changes(cluster, objectsIn(project.folder), watched, new Deaths(project.state), progress).observe(),
  examples: ({ cluster, watched, progress }) => ofExamples(cluster, watched, progress),
  calls: async ({ project: { state }, cluster, watched, progress, keep, wanted }) => {
    const others = before().calls.filter(({ rule }) => !wanted.includes(rule));
    const samples = new Samples({ cluster, watched, deaths: new Deaths(state), state, progress });
    return [...others, ...(await samples.observe((found) => keep([...others, ...found]), wanted))];
  },
};

async function main(): Promise<void> {
  const { part, rule, help } = parseArgs({
    options: {
      part: { type: 'string', multiple: true },
      rule: { type: 'string', multiple: true },
      help: { type: 'boolean', short: 'h' },
    },
  }).values;
  const parts = wantedParts(rule === undefined ? part : ['calls']);
  if (help || parts === undefined || rule?.some((id) => !VERDICT_RULES.includes(id))) {
    console.log(HELP);
    process.exitCode = help ? 0 : 1;
    return;
  }
  try {
    await observe(parts, rule ?? VERDICT_RULES, new TerminalProgress());
  } catch (error) {
    console.error(`✗ ${error instanceof Error ? error.message : error}`);
    process.exitCode = 2;
  }
}

void main();
