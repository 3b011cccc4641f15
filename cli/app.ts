import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ApiObject } from 'cdk8s';
import { type IConstruct, Node } from 'constructs';
import { PlatformError } from '../base/mistake';
import { creationFrames, recordCreation, renderObject } from '../constructs';
import { type Manifest, type Source, UnreadableError } from '../policies';

/** A construct's path, line and callers, as a finding names them. */
export function sourceOf(construct: IConstruct, manifest: Manifest): Source {
  let frames: ReturnType<typeof creationFrames> | undefined;
  const all = () => {
    frames ??= creationFrames(construct);
    return frames;
  };
  return {
    manifest,
    construct: construct.node.path,
    locate: () => all()[0],
    callers: () => all().slice(1),
  };
}

/**
 * Runs a program that builds cdk8s charts, anybody's, and takes the objects that it made. What the program
 * writes when it synthesizes goes to a folder that is removed: judging changes nothing.
 *
 * @throws UnreadableError when the program is not there, fails, or makes no object
 */
export async function appSources(file: string): Promise<Source[]> {
  const path = resolve(file);
  if (!existsSync(path)) throw new UnreadableError(file, 'there is no such file');
  const made = await recorded(path, () => run(file, path));
  const objects = made.filter((construct) => ApiObject.isApiObject(construct));
  if (objects.length === 0) throw new UnreadableError(file, 'the program creates no Kubernetes object');
  return objects.map((object) => sourceOf(object, renderObject(object)));
}

async function run(file: string, path: string): Promise<void> {
  const out = await mkdtemp(join(tmpdir(), 'vcf-ai-check-'));
  const before = process.env.CDK8S_OUTDIR;
  process.env.CDK8S_OUTDIR = out;
  try {
    // Findings name its lines as they were written. Not earlier: Node.js reads the maps of all libraries that it loads then.
    process.setSourceMapsEnabled(true);
    // The program may be TypeScript, of either kind of module.
    for (const { register } of [await import('tsx/cjs/api'), await import('tsx/esm/api')]) register();
    await import(pathToFileURL(path).href);
  } catch (error) {
    if (error instanceof PlatformError) throw error;
    const said = error instanceof Error ? error.message : String(error);
    throw new UnreadableError(file, `the program failed: ${said}`);
  } finally {
    if (before === undefined) delete process.env.CDK8S_OUTDIR;
    else process.env.CDK8S_OUTDIR = before;
    await rm(out, { recursive: true, force: true });
  }
}

type Adder = { addChild(child: IConstruct, name: string): void };

/**
 * Every construct that is made while `work` runs, each with the line that made it. The program brings its own
 * copy of `constructs`, whose nodes say when a child is added: all constructs of all libraries come by there.
 */
async function recorded(program: string, work: () => Promise<void>): Promise<IConstruct[]> {
  const nodes = nodesOf(program).prototype as unknown as Adder;
  const made: IConstruct[] = [];
  const add = nodes.addChild;
  nodes.addChild = function recording(this: Adder, child, name) {
    add.call(this, child, name);
    recordCreation(child, recording);
    made.push(child);
  };
  try {
    await work();
  } finally {
    nodes.addChild = add;
  }
  return made;
}

/** The class of nodes that a program's constructs have; ours for a program outside any project. */
function nodesOf(program: string): typeof Node {
  try {
    return createRequire(program)('constructs').Node;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') return Node;
    throw error;
  }
}
