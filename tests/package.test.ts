import assert from 'node:assert/strict';
import { once } from 'node:events';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { builtinModules } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { before, describe, test } from 'node:test';
import execa from 'execa';
import ts from 'typescript';
import { dependencies, exports as entries, files } from '../package.json';
import { newFolder } from './local/scratch';

const root = resolve(__dirname, '..');

/** A cdk8s application of somebody else's, in which nothing of this repository is but what they would write. */
const USE = `
import { App, Chart, JsonPatch, Testing } from 'cdk8s';
import { Cpu, Duration, Memory, PlatformError } from 'vcf-ai-platform/config';
import { AiGateway, ModelBackend, Namespace } from 'vcf-ai-platform/constructs';
import { checkManifests } from 'vcf-ai-platform/policies';

class Edge extends Chart {
  constructor(scope: App, cpu = Cpu.cores(4)) {
    super(scope, 'edge', { disableResourceNameHashes: true });
    const namespace = new Namespace(this, 'namespace', { name: 'edge' });
    const gateway = new AiGateway(this, 'edge', {
      namespace,
      cpu,
      memory: Memory.gibibytes(8),
      replicas: 2,
      bufferLimit: Memory.mebibytes(50),
      port: 8080,
      requestTimeout: Duration.minutes(5),
      serviceType: 'ClusterIP',
    });
    gateway.transform('Gateway', (object) => {
      object.metadata.labels = { ...object.metadata.labels, team: 'edge' };
    });
    const model = new ModelBackend(this, 'mistral', {
      namespace,
      model: 'mistral-small',
      endpoint: {
        hostname: 'mistral.models.svc.cluster.local',
        port: 8000,
        tls: false,
        schema: { name: 'OpenAI', prefix: '/v1' },
      },
    });
    model.ready.addJsonPatch(JsonPatch.add('/metadata/annotations', { owner: 'edge' }));
    // @ts-expect-error a number without a unit is no memory
    void (() => new AiGateway(this, 'wrong', { ...gateway.envoy, namespace, memory: 8 }));
  }
}

const manifests = Testing.synth(new Edge(new App()));
const byKind = Object.fromEntries(manifests.map((manifest) => [manifest.kind, manifest]));
let refused = '';
try {
  new Edge(new App(), Cpu.parse('2.5'));
} catch (error) {
  if (!(error instanceof PlatformError)) throw error;
  refused = error.mistakes[0]?.problem ?? '';
}
console.log(
  JSON.stringify({
    kinds: manifests.map(({ kind }) => kind),
    team: byKind.Gateway.metadata.labels.team,
    owner: byKind.AIServiceBackend.metadata.annotations.owner,
    findings: checkManifests(manifests).length,
    refused: refused !== '',
  }),
);
`;

/** The platform document as a library: all layers of it, without Pulumi. */
const CHARTS = `
import { readFileSync } from 'node:fs';
import { App } from 'cdk8s';
import { loadStackFile, parsePlatform, requiredSecrets } from 'vcf-ai-platform/config';
import { manifestsOf, platformCharts } from 'vcf-ai-platform/constructs';

const { document, locate } = loadStackFile('Pulumi.local.yaml');
const platform = parsePlatform(document, locate);
const secrets = Object.fromEntries(requiredSecrets(platform).map(({ name }) => [name, 'from a vault']));
const charts = platformCharts(new App(), platform, { secrets });
const ids = Object.values(charts).flatMap((chart) => manifestsOf(chart).map(({ id }) => id));
const pulumi = Object.keys(require.cache).filter((file) => file.includes('/@pulumi/'));
console.log(JSON.stringify({ ids, pulumi, readme: readFileSync('Pulumi.yaml', 'utf8').length > 0 }));
`;

describe('the packed package, from outside', () => {
  const folder = newFolder();
  const home = join(folder, 'node_modules', 'vcf-ai-platform');
  let tarball = '';
  const run = (command: string, ...args: string[]) => execa(command, args, { cwd: folder });

  before(async () => {
    const packed = await execa('npm', ['pack', '--json', '--pack-destination', folder], { cwd: root });
    const [{ filename }] = JSON.parse(packed.stdout.slice(packed.stdout.indexOf('[')));
    mkdirSync(home, { recursive: true });
    tarball = join(folder, filename);
    await run('tar', '-xzf', tarball, '-C', home, '--strip-components=1');
    // What `npm install` would put beside it: its own dependencies, and those of the application.
    symlinkSync(join(root, 'node_modules'), join(home, 'node_modules'));
    for (const name of ['cdk8s', 'constructs', '@types']) {
      symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
    }
    for (const name of ['Pulumi.yaml', 'Pulumi.local.yaml']) cpSync(join(root, name), join(folder, name));
    writeFileSync(join(folder, 'package.json'), '{ "name": "edge", "private": true }');
    writeFileSync(join(folder, 'use.ts'), USE);
    writeFileSync(join(folder, 'charts.ts'), CHARTS);
    const options = { module: 'NodeNext', target: 'ES2022', strict: true, types: ['node'], outDir: 'out' };
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: options, include: ['*.ts'] }),
    );
    await run(process.execPath, join(root, 'node_modules/typescript/bin/tsc'), '-p', '.');
  });

  test('its constructs work one by one in a chart of the application’s own, typed, with both escape hatches [package-constructs]', async () => {
    const { stdout } = await run(process.execPath, 'out/use.js');
    assert.deepEqual(JSON.parse(stdout), {
      kinds: [
        ...['Namespace', 'GatewayClass', 'GatewayConfig', 'EnvoyProxy', 'Gateway', 'EnvoyPatchPolicy'],
        ...['ClientTrafficPolicy', 'EnvoyExtensionPolicy', 'Backend', 'AIServiceBackend'],
      ],
      team: 'edge',
      owner: 'edge',
      findings: 0,
      refused: true,
    });
  });

  test('a platform document becomes charts without Pulumi [package-charts]', async () => {
    const { stdout } = await run(process.execPath, 'out/charts.js');
    const { ids, pulumi } = JSON.parse(stdout);
    assert.ok(ids.includes('gateway/ai-gateway/ai-gateway'));
    assert.deepEqual(pulumi, []);
  });

  test('its types keep what the code says of them', () => {
    const declarations = readFileSync(join(home, 'dist/constructs/gateway.d.ts'), 'utf8');
    assert.match(declarations, /\/\*\*[^/]*Largest request[^/]*\*\/\s+readonly bufferLimit: Memory;/);
    assert.match(declarations, /@throws PlatformError/);
  });

  test('its stacks and its command load', async () => {
    const load = `console.log(typeof require('vcf-ai-platform/stacks').deploy)`;
    assert.equal((await run(process.execPath, '-e', load)).stdout, 'function');
    const check = await run(process.execPath, join(home, 'bin/vcf-ai.mjs'), 'check');
    assert.match(check.stdout, /^local \(\S*Pulumi\.local\.yaml\): \d+ objects, 0 errors/);
    const synth = await run(process.execPath, join(home, 'bin/vcf-ai.mjs'), 'synth', '--json');
    assert.ok(JSON.parse(synth.stdout).length > 25);
  });

  test('the thread that reads a log for the ledger starts', async () => {
    const read = `
      require(${JSON.stringify(join(home, 'bin/compiled.cjs'))}).load('ledger/line-reader.ts').then(async ({ ReaderThread }) => {
        const reader = new ReaderThread();
        console.log(JSON.stringify((await reader.read(Buffer.allocUnsafeSlow(6).fill('no\\n'))).skipped));
        await reader.end();
      });`;
    assert.deepEqual(JSON.parse((await run(process.execPath, '-e', read)).stdout), { text: 2 });
  });

  for (const major of [22, 24]) {
    test(`it works on Node.js ${major}`, async () => {
      const asked = ['exec', '--yes', `--package=node@${major}`, '--', 'node', '--print'];
      const { stdout: node } = await run('npm', ...asked, 'process.execPath');
      assert.match((await run(node, '--version')).stdout, new RegExp(`^v${major}\\.`));
      const check = await run(node, join(home, 'bin/vcf-ai.mjs'), 'check');
      assert.match(check.stdout, /objects, 0 errors/);
      assert.equal(check.stderr, '', 'no warning of Node.js');
      const { stdout } = await run(node, 'out/use.js');
      assert.equal(JSON.parse(stdout).refused, true);
    });
  }

  test('npm would publish the library with its types, the command, and nothing else', async () => {
    const asked: string[] = [];
    const registry = createServer(({ method, url }, response) => {
      asked.push(`${method} ${url}`);
      response.writeHead(404, { 'content-type': 'application/json' }).end('{}');
    }).listen(0, '127.0.0.1');
    await once(registry, 'listening');
    const url = `http://127.0.0.1:${(registry.address() as AddressInfo).port}/`;
    const publish = ['publish', tarball, '--dry-run', '--json', `--registry=${url}`];
    const { stdout } = await run('npm', ...publish).finally(() => registry.close());
    const said = JSON.parse(stdout);
    const { name, size, files: listed } = said['vcf-ai-platform'] ?? said;
    assert.equal(name, 'vcf-ai-platform');
    const paths: string[] = listed.map(({ path }: { path: string }) => path);
    const promised = Object.values(entries).flatMap((entry) =>
      typeof entry === 'string' ? [entry] : [entry.types, entry.default],
    );
    for (const path of [...promised, './bin/vcf-ai.mjs', './README.md', './LICENSE']) {
      assert.ok(paths.includes(path.slice(2)), `${path} is missing`);
    }
    const tops = [...files.filter((file) => !file.includes('*')), 'package.json', 'README.md', 'LICENSE'];
    const isWithin = (path: string) => tops.some((top) => path === top || path.startsWith(`${top}/`));
    const others = paths.filter((path) => !isWithin(path) && !/^Pulumi\.[\w.]+$/.test(path));
    assert.deepEqual(others, []);
    assert.ok(size < 3e6, `the tarball has ${size} bytes: 1.7 MB is what schemas, types and sources take`);
    assert.ok(!asked.some((request) => request.startsWith('PUT')), asked.join(', '));
  });

  test('every file that the code reads at run time is in it', () => {
    const packed = new Set(readdirSync(home, { recursive: true, encoding: 'utf8' }));
    const read = ['constructs', 'policies', 'local', 'config'].flatMap((room) =>
      readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.(json|py|lua|sh|sum|mod|txt)$/.test(name))
        .map((name) => join(room, name)),
    );
    assert.ok(read.length > 20);
    assert.deepEqual(
      read.filter((file) => !packed.has(file)),
      [],
    );
    const compiled = read.filter((file) => /^(constructs|policies|config)\//.test(file));
    assert.deepEqual(
      compiled.filter((file) => !packed.has(join('dist', file))),
      [],
    );
  });

  test('it depends on every package that it loads', () => {
    const sources = files
      .filter((name) => name !== 'dist' && !/\.(json|yaml)$/.test(name))
      .flatMap((room) =>
        readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
          .filter((name) => name.endsWith('.ts'))
          .map((name) => join(root, room, name)),
      );
    const loaded = sources.flatMap((file) =>
      ts.preProcessFile(readFileSync(file, 'utf8')).importedFiles.map(({ fileName }) => fileName),
    );
    const packages = loaded
      .filter((name) => !name.startsWith('.') && !name.startsWith('node:') && !builtinModules.includes(name))
      .map((name) =>
        name
          .split('/')
          .slice(0, name.startsWith('@') ? 2 : 1)
          .join('/'),
      );
    assert.deepEqual(
      // Types alone may come from DefinitelyTyped.
      [...new Set(packages)].filter((name) => !(name in dependencies || `@types/${name}` in dependencies)),
      [],
    );
  });
});
