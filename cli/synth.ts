import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { dump } from 'js-yaml';
import type { NamedManifest } from '../base/manifest';
import { type LayerName, PlatformError } from '../config';
import { LAYERS } from '../constructs';
import { placeholder, renderStack } from './rendered';
import { loadStack } from './stack';

/** One object of a platform, and where it stands in the order of creation. */
export interface SynthesizedObject {
  /** `<kind>/<namespace>/<name>`, or `<kind>/<name>`: also the resource's name in Pulumi's state. */
  readonly id: string;
  readonly layer: LayerName;
  /** Its file below the output folder: `gateway/gateway.ai-gateway.ai-gateway.yaml`. */
  readonly file: string;
  /** Ids of objects of its layer that are created before it. */
  readonly after: readonly string[];
  readonly manifest: NamedManifest;
}

/**
 * The objects that `pulumi up` would apply, in that order; loads no Pulumi and asks no cluster.
 *
 * @param folder Where the stack's file is; default: the project's folder.
 * @param secretOf What stands for a secret; default: {@link placeholder}.
 * @throws PlatformError with every mistake of the stack's file
 */
export function synthesize(
  stack: string,
  folder?: string,
  secretOf = (secret: string) => placeholder(secret, stack),
): readonly SynthesizedObject[] {
  return renderStack(loadStack(stack, folder), { secretOf }).map(({ id, layer, after, manifest }) => ({
    id,
    layer,
    file: `${layer}/${id.replaceAll('/', '.')}.yaml`,
    after,
    manifest,
  }));
}

const yamlOf = (manifest: NamedManifest) => dump(manifest, { noRefs: true, lineWidth: -1 });

/** All objects as one stream, as `kubectl apply -f -` takes it. */
export function synthText(objects: readonly SynthesizedObject[]): string {
  return objects.map(({ manifest }) => yamlOf(manifest)).join('---\n');
}

/** The first line of every file that {@link writeObjects} writes: by it a later run knows which are its own. */
const NOTICE = '# Written by `vcf-ai synth`; not edited.\n';

const isOurs = (file: string) => readFileSync(file, 'utf8').startsWith(NOTICE);

/** What changed in the output folder. */
export interface Written {
  readonly objects: number;
  /** Files that are new or have other bytes than before. */
  readonly changed: readonly string[];
  /** Files of an earlier run whose objects are no longer there. */
  readonly removed: readonly string[];
}

/**
 * Writes one file per object and removes those that an earlier run left; touches no file whose bytes stay.
 *
 * @throws PlatformError for a file in the way that is not of this command, before anything is written
 */
export function writeObjects(objects: readonly SynthesizedObject[], out: string): Written {
  const texts = new Map(objects.map(({ file, manifest }) => [join(out, file), NOTICE + yamlOf(manifest)]));
  const existing = LAYERS.map((layer) => join(out, layer))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
    .filter((file) => file.endsWith('.yaml'));
  const foreign = existing.filter((file) => texts.has(file) && !isOurs(file));
  if (foreign.length > 0) {
    throw new PlatformError(
      foreign.map((path) => ({
        path,
        problem: 'exists and was not written by vcf-ai synth',
        fix: 'choose another folder with --out, or remove it',
      })),
    );
  }
  const stale = existing.filter((file) => !texts.has(file) && isOurs(file)).sort();
  for (const file of stale) rmSync(file);
  const changed = [...texts].filter(
    ([file, text]) => !existsSync(file) || readFileSync(file, 'utf8') !== text,
  );
  for (const [file, text] of changed) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return {
    objects: objects.length,
    changed: changed.map(([file]) => relative(out, file)).sort(),
    removed: stale.map((file) => relative(out, file)),
  };
}

export function writtenText({ objects, changed, removed }: Written, out: string): string {
  const differences = [...changed.map((file) => `  ~ ${file}`), ...removed.map((file) => `  - ${file}`)];
  const summary = `${objects} objects in ${out}: ${changed.length} files written, ${removed.length} removed`;
  return [...(changed.length < objects ? differences : []), summary].join('\n');
}
