import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CORE_SCHEMA, loadAll } from 'js-yaml';
import { crds } from '../../versions.json';
import type { KindSchema, Schema } from './schema';

/** One entry of `crds` in versions.json. */
export interface CrdPin {
  readonly module: string;
  readonly version: string;
  /** Files or folders inside the module. A folder stands for the YAML files directly in it. */
  readonly files: readonly string[];
  /** The same for definitions that are never installed and only checked against. Default: none. */
  readonly checked?: readonly string[];
}

/** A project that ships examples in its Go module. */
export interface UpstreamProject {
  /** `module@version` */
  readonly module: string;
  /** Where it is on this machine. */
  readonly folder: string;
}

/** One CustomResourceDefinition as its project publishes it. */
export interface CrdSource {
  /** `module@version` */
  readonly module: string;
  /** Path inside the module. */
  readonly path: string;
  /** Of the bytes of the file at `path`. */
  readonly sha256: string;
  readonly manifest: CrdManifest;
}

interface CrdManifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: {
    readonly group: string;
    readonly scope: 'Namespaced' | 'Cluster';
    readonly names: { readonly kind: string; readonly plural: string };
    readonly versions: readonly {
      readonly name: string;
      readonly served?: boolean;
      readonly storage: boolean;
      readonly schema: { readonly openAPIV3Schema: Schema };
    }[];
  };
}

/**
 * Reads the CustomResourceDefinitions of a Go module; other objects in the files are left out.
 *
 * @param go the go command; it downloads the module unless it has it already
 * @throws Error when go cannot be started or cannot get the module, and for a file that is a chart template
 */
export function readModule(go: string, { module, version, files }: Omit<CrdPin, 'checked'>): CrdSource[] {
  const folder = moduleFolder(go, `${module}@${version}`);
  const paths = files.flatMap((path) =>
    statSync(join(folder, path)).isDirectory()
      ? readdirSync(join(folder, path)).flatMap((file) => (file.endsWith('.yaml') ? `${path}/${file}` : []))
      : path,
  );
  return paths.flatMap((path) => {
    const bytes = readFileSync(join(folder, path));
    return parseCrds(bytes.toString()).map((manifest) => ({
      module: `${module}@${version}`,
      path,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      manifest,
    }));
  });
}

/**
 * The definitions of a Go module that are only checked against: those that are installed are left out, but for an
 * experimental channel, which has more fields and versions of the same kinds.
 */
export function readChecked(
  go: string,
  { checked = [], ...pin }: CrdPin,
  installed: readonly CrdSource[],
): CrdSource[] {
  if (checked.length === 0) return [];
  const names = new Set(installed.map(({ manifest }) => manifest.metadata.name));
  return readModule(go, { ...pin, files: checked }).filter(
    (source) => isExperimental(source) || !names.has(source.manifest.metadata.name),
  );
}

/** Whether a definition is of the channel of Gateway API that has what is not yet standard. */
export function isExperimental({ manifest: { metadata } }: CrdSource): boolean {
  return metadata.annotations?.['gateway.networking.k8s.io/channel'] === 'experimental';
}

/** @throws Error for a chart template, which only means something once Helm has rendered it */
export function parseCrds(yaml: string): CrdManifest[] {
  const directive = /^.*\{\{.*$/m.exec(yaml)?.[0];
  if (directive) throw new Error(`a chart template is not a manifest: ${directive.trim()}`);
  const documents = loadAll(yaml, null, { schema: CORE_SCHEMA }) as (CrdManifest | null)[];
  return documents
    .filter((document) => document !== null)
    .filter(({ kind }) => kind === 'CustomResourceDefinition');
}

/** The folder of a Go module of a version; go downloads it unless it has it already. */
export function moduleFolder(go: string, module: string): string {
  // Outside of any module, so that no go.mod, workspace or vendor folder of the caller has a say.
  const { error, stdout, stderr } = spawnSync(go, ['mod', 'download', '-json', module], {
    cwd: tmpdir(),
    env: { ...process.env, GOFLAGS: '-mod=mod', GOWORK: 'off' },
    encoding: 'utf8',
  });
  if (error)
    throw new Error(
      `cannot start ${go} (${error.message}): add go to the PATH, or set VCF_AI_GO to its path`,
    );
  const answer = stdout.startsWith('{') ? JSON.parse(stdout) : { Error: stderr };
  if (!answer.Dir) throw new Error(`${go} cannot get ${module}: ${answer.Error}`);
  return answer.Dir;
}

/** Both gateways, which ship examples, at the versions of versions.json: AI Gateway first. */
export function upstreamProjects(go: string): [aiGateway: UpstreamProject, gateway: UpstreamProject] {
  const projectOf = ({ module, version }: Omit<CrdPin, 'files'>): UpstreamProject => {
    const name = `${module}@${version}`;
    return { module: name, folder: moduleFolder(go, name) };
  };
  return [projectOf(crds['ai-gateway']), projectOf(crds['envoy-gateway'])];
}

/**
 * The manifest to install: all versions with defaults, validations and printer columns, but no descriptions,
 * which are more than two thirds of the bytes (`kubectl explain` then shows fields and types without text),
 * no status and no mark of the tool that wrote the original. Annotations tell where it comes from.
 */
export function installable({ module, path, sha256, manifest }: CrdSource): object {
  const { apiVersion, kind, metadata, spec } = manifest;
  const { 'controller-gen.kubebuilder.io/version': _, ...annotations } = metadata.annotations ?? {};
  return {
    apiVersion,
    kind,
    metadata: {
      ...metadata,
      annotations: {
        ...annotations,
        'vcf-ai-platform/generated-by': 'scripts/generate-crds.ts',
        'vcf-ai-platform/source': `${module}/${path}`,
        'vcf-ai-platform/source-sha256': sha256,
      },
    },
    spec: {
      ...spec,
      versions: spec.versions.map((version) => ({
        ...version,
        schema: { openAPIV3Schema: withoutDescriptions(version.schema.openAPIV3Schema) },
      })),
    },
  };
}

/**
 * A property may itself be called `description`, and a default may be any object, so only schemas are looked
 * into.
 */
function withoutDescriptions({ description: _, ...schema }: Schema): Schema {
  const { properties, items, additionalProperties } = schema;
  return {
    ...schema,
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([property, child]) => [property, withoutDescriptions(child)]),
      ),
    }),
    ...(items && { items: withoutDescriptions(items) }),
    ...(typeof additionalProperties === 'object' && {
      additionalProperties: withoutDescriptions(additionalProperties),
    }),
  };
}

/** @throws Error for a definition that does not have exactly one storage version */
export function storageVersion({ manifest: { metadata, spec } }: CrdSource): KindSchema {
  const [version, ...more] = spec.versions.filter(({ storage }) => storage);
  if (!version || more.length > 0) throw new Error(`${metadata.name} needs exactly one storage version`);
  const { group, scope, names } = spec;
  return { group, scope, kind: names.kind, version: version.name, schema: version.schema.openAPIV3Schema };
}
