import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { type Address, formatAddress } from './address';
import { serveAdmin } from './admin';
import { cloud, DIALECT_NAMES, type DialectName } from './cloud';
import { serveCollector } from './collector';
import { dcgmExporter } from './dcgm-exporter';
import { embeddingServer } from './embedding-server';
import { type EngineOptions, engineAt, engineOptions, engineProps } from './engine-options';
import { extAuth } from './ext-auth';
import { Faults } from './faults';
import type { GpuOwner } from './gpu-load';
import { type Certificate, type Served, type StandIn, type StandInKind, serve } from './http';
import { identityProvider } from './identity-provider';
import { mcpServer } from './mcp-server';
import { MetricChanges } from './metric-changes';
import { modelServer } from './model-server';
import { gpuOwner, loopbackAddress, pathPrefix, readApiKey, readClients, wholeNumber } from './options';
import { provider } from './provider';
import { Recorder } from './recorder';

interface CommonOptions {
  readonly listen: Address;
  readonly admin: Address;
  readonly record: string;
  readonly keepRequests: number;
  readonly name?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
}

interface AnswerOptions {
  readonly answerTokens: number;
  readonly firstTokenDelay: number;
  readonly tokenDelay: number;
}

const program = new Command('stand-ins').description(
  'Stand-ins over real HTTP for services that a laptop lacks: model server, cloud provider, MCP server, GPU exporter, identity services.',
);

function standInCommand(kind: StandIn['kind'], description: string): Command {
  return program
    .command(kind)
    .description(description)
    .requiredOption('--listen <host:port>', 'address to serve on', loopbackAddress)
    .addOption(
      new Option('--admin <host:port>', 'address of the record of requests')
        .argParser(loopbackAddress)
        .default({ host: '127.0.0.1', port: 0 }, '127.0.0.1:0'),
    )
    .requiredOption('--record <file>', 'file to append a JSON line for every request to')
    .option('--keep-requests <n>', 'number of records to keep in memory', wholeNumber(1), 10_000)
    .option('--name <name>', 'name of this instance (default: the kind)');
}

function answerOptions(command: Command): Command {
  return command
    .option('--answer-tokens <n>', 'tokens of an answer', wholeNumber(1), 12)
    .option('--first-token-delay <ms>', 'time to the first token', wholeNumber(0), 30)
    .option('--token-delay <ms>', 'time to every further token', wholeNumber(0), 20);
}

const paceOf = (options: AnswerOptions) => ({
  firstTokenMs: options.firstTokenDelay,
  tokenMs: options.tokenDelay,
});

interface ModelServerOptions extends EngineOptions {
  readonly model: string;
  readonly harmony?: boolean;
  readonly forceUsage?: boolean;
  readonly promptDetails?: boolean;
}

engineOptions(answerOptions(standInCommand('model-server', 'OpenAI API and metrics of vLLM, without a GPU')))
  .requiredOption('--model <name>', 'the served model')
  .option('--harmony', "refuse roles that gpt-oss' prompt format does not have, as vLLM does")
  .option('--force-usage', 'the usage so far in every chunk of a stream')
  .option('--prompt-details', 'cached tokens of the prompt in the usage')
  .action((options: CommonOptions & AnswerOptions & ModelServerOptions) =>
    run(options, () => {
      const apiKey = process.env.STAND_IN_API_KEY;
      const engine = engineProps(options, paceOf(options));
      return modelServer({ ...options, ...engine, ...(apiKey !== undefined && { apiKey }) });
    }),
  );

standInCommand('embedding-server', 'OpenAI API and metrics of Text Embeddings Inference, without a model')
  .requiredOption('--model <name>', 'the served model')
  .option('--dimensions <n>', 'numbers of one vector', wholeNumber(1), 1024)
  .action((options: CommonOptions & { model: string; dimensions: number }) =>
    run(options, () => embeddingServer(options)),
  );

answerOptions(standInCommand('provider', 'OpenAI-compatible API of Gemini behind a key, without a cloud'))
  .requiredOption('--model <names...>', 'the served models')
  .option('--prefix <path>', 'path in front of /chat/completions', pathPrefix, '/v1beta/openai')
  .option('--api-key-file <file>', 'file with the accepted key (default: STAND_IN_API_KEY)')
  .action(
    (options: CommonOptions & AnswerOptions & { model: string[]; prefix: string; apiKeyFile?: string }) =>
      run(options, () =>
        provider({
          ...options,
          models: options.model,
          apiKey: readApiKey(options.apiKeyFile),
          pace: paceOf(options),
        }),
      ),
  );

standInCommand('mcp-server', 'tools over the Model Context Protocol behind a key, without a service')
  .requiredOption('--tool <names...>', 'the served tools')
  .option('--api-key-file <file>', 'file with the accepted key (default: STAND_IN_API_KEY)')
  .action((options: CommonOptions & { tool: string[]; apiKeyFile?: string }) =>
    run(options, () => mcpServer({ tools: options.tool, apiKey: readApiKey(options.apiKeyFile) })),
  );

answerOptions(standInCommand('cloud', 'the API of a cloud behind its credential, without a cloud'))
  .addOption(
    new Option('--dialect <name>', 'dialect of the API').choices(DIALECT_NAMES).makeOptionMandatory(),
  )
  .option('--api-key-file <file>', 'file with the accepted key (default: STAND_IN_API_KEY)')
  .option('--tls-cert <file>', 'serving certificate in PEM (default: plain HTTP)')
  .option('--tls-key <file>', 'its key in PEM')
  .action((options: CommonOptions & AnswerOptions & { dialect: DialectName; apiKeyFile?: string }) =>
    run(options, () => cloud({ ...options, key: readApiKey(options.apiKeyFile), pace: paceOf(options) })),
  );

interface ExporterOptions {
  readonly gpus: number;
  readonly node: string;
  readonly pod?: GpuOwner;
  readonly engine?: Address[];
}

standInCommand('dcgm-exporter', 'metrics of H100 cards, without a GPU')
  .option('--gpus <n>', 'number of cards', wholeNumber(1), 4)
  .option('--node <name>', 'label Hostname', 'stand-in')
  .option('--pod <namespace/pod/container>', 'pod that uses the cards (default: none)', gpuOwner)
  .option(
    '--engine <host:port>',
    'admin address of a model server that uses the next cards; once for each (default: none)',
    (value, before: Address[] = []) => [...before, loopbackAddress(value)],
  )
  .action(({ pod: owner, engine = [], ...options }: CommonOptions & ExporterOptions) =>
    run(options, () => dcgmExporter({ ...options, owner, engines: engine.map(engineAt) })),
  );

standInCommand('identity-provider', 'tokens with any claims, and the keys that verify them').action(
  (options: CommonOptions) => run(options, identityProvider),
);

standInCommand('ext-auth', 'identifies the owner of a key; the keys are in STAND_IN_CLIENTS').action(
  (options: CommonOptions) => run(options, () => extAuth({ clients: readClients() })),
);

standInCommand('collector', 'receives spans over OTLP/gRPC and keeps their names and attributes').action(
  (options: CommonOptions) =>
    announce(options, 'collector', (recorder) => serveCollector(options.listen, recorder)),
);

function certificateOf({ tlsCert, tlsKey }: CommonOptions): Certificate | undefined {
  if (tlsCert === undefined || tlsKey === undefined) return undefined;
  return { cert: readFileSync(tlsCert, 'utf8'), key: readFileSync(tlsKey, 'utf8') };
}

async function run(options: CommonOptions, create: () => StandIn): Promise<void> {
  const standIn = create();
  await announce(
    options,
    standIn.kind,
    (recorder, onDemand) =>
      serve(standIn, options.listen, recorder, { certificate: certificateOf(options), ...onDemand }),
    standIn,
  );
}

interface OnDemand {
  readonly faults: Faults;
  readonly metrics: MetricChanges;
}

/** Serves until SIGTERM or SIGINT; the line on standard output says that requests are taken, and where. */
async function announce(
  options: CommonOptions,
  kind: StandInKind,
  serving: (recorder: Recorder, onDemand: OnDemand) => Promise<Served>,
  standIn?: StandIn,
): Promise<void> {
  const name = options.name ?? kind;
  const recorder = new Recorder({ file: options.record, keep: options.keepRequests });
  const onDemand = { faults: new Faults(), metrics: new MetricChanges() };
  const served = await serving(recorder, onDemand);
  const admin = await serveAdmin({
    ...{ kind, name, address: options.admin, recorder, ...onDemand },
    state: () => standIn?.state?.(),
    trouble: standIn?.trouble && ((trouble) => standIn.trouble?.(trouble)),
  });

  const stop = async () => {
    await served.close();
    await admin.close();
    recorder.close();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);

  const ready = {
    ready: true,
    standIn: kind,
    name,
    listen: formatAddress(served.address),
    admin: formatAddress(admin.address),
  };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
}

program.parseAsync().catch((error: Error) => {
  process.stderr.write(`stand-in could not start: ${error.message}\n`);
  process.exit(2);
});
