import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { METRICS, TOKEN_TYPE_LABEL } from '../../base/metrics';
import { WORKLOAD_LABEL } from '../../config';

/** What one call was, as the gateway would count it. */
export interface Call {
  readonly workload: string;
  readonly model: string;
  readonly seconds: number;
  /** What the gateway took of it, beside the model. */
  readonly gatewaySeconds: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly failed?: boolean;
}

/** Metrics pages of what this test has no process for: a gateway and GPUs. They follow the calls that really were made. */
export interface Pages {
  readonly address: string;
  count(call: Call): void;
  limited(): void;
  /** Share of the time in which the GPUs work. */
  load(share: number): void;
  close(): Promise<void>;
}

/** The white paper has 262 GB/s under load, and vLLM takes 92 % of the memory of a card of 81,559 MiB at its start. */
const FULL = { nvlink: 262e9, memory: 75_034, card: 81_559, reserved: 560 };

const GPUS = 4;

const BUCKETS = [5, 25, 100, 250, 500, 1000, 2500, 5000, 10_000];

function gatewayPage() {
  const registry = new Registry();
  const registers = [registry];
  const help = 'Of a stand-in.';
  const histogram = (name: string, labelNames: string[], buckets = BUCKETS) =>
    new Histogram({ name, help, labelNames, buckets, registers });
  const downstream = histogram(METRICS.downstreamTime.name, ['envoy_http_conn_manager_prefix']);
  const upstream = histogram(METRICS.upstreamTime.name, ['envoy_cluster_name']);
  const limited = new Counter({ name: METRICS.rateLimited.name, help, registers });
  const named = [WORKLOAD_LABEL, 'gen_ai_request_model'];
  const tokens = histogram(METRICS.gatewayTokens.name, [...named, TOKEN_TYPE_LABEL], [1000]);
  const duration = histogram(METRICS.gatewayDuration.name, [...named, 'error_type'], [1]);
  return {
    registry,
    limited: () => limited.inc(),
    count({ workload, model, seconds, gatewaySeconds, inputTokens, outputTokens, failed }: Call) {
      const labels = { [WORKLOAD_LABEL]: workload, gen_ai_request_model: model };
      downstream.observe({ envoy_http_conn_manager_prefix: 'http-10080' }, (seconds + gatewaySeconds) * 1000);
      upstream.observe({ envoy_cluster_name: 'httproute/ai-gateway/route/rule/0' }, seconds * 1000);
      duration.observe({ ...labels, ...(failed && { error_type: '_OTHER' }) }, seconds);
      if (failed) return;
      const kinds = { input: inputTokens, output: outputTokens, cached_input: Math.floor(inputTokens / 4) };
      for (const [kind, count] of Object.entries(kinds))
        tokens.observe({ ...labels, [TOKEN_TYPE_LABEL]: kind }, count);
    },
  };
}

function gpuPage() {
  const registry = new Registry();
  const gauge = (name: string) =>
    new Gauge({ name, help: 'Of a stand-in.', labelNames: ['gpu', 'Hostname'], registers: [registry] });
  const gauges = {
    sent: gauge(METRICS.nvlinkSent.name),
    received: gauge(METRICS.nvlinkReceived.name),
    used: gauge(METRICS.gpuMemoryUsed.name),
    free: gauge(METRICS.gpuMemoryFree.name),
    reserved: gauge(METRICS.gpuMemoryReserved.name),
    active: gauge(METRICS.gpuActive.name),
  };
  const load = (share: number) => {
    for (let gpu = 0; gpu < GPUS; gpu += 1) {
      const labels = { gpu: `${gpu}`, Hostname: 'gpu-0' };
      gauges.sent.set(labels, (share * FULL.nvlink) / GPUS / 2);
      gauges.received.set(labels, (share * FULL.nvlink) / GPUS / 2);
      gauges.used.set(labels, FULL.memory);
      gauges.free.set(labels, FULL.card - FULL.reserved - FULL.memory);
      gauges.reserved.set(labels, FULL.reserved);
      gauges.active.set(labels, share);
    }
  };
  load(0);
  return { registry, load };
}

/** Serves the pages at `/gateway` and `/gpus`. */
export async function servePages(): Promise<Pages> {
  const [gateway, gpus] = [gatewayPage(), gpuPage()];
  const server: Server = createServer(async ({ url }, response) => {
    const { registry } = url?.startsWith('/gpus') ? gpus : gateway;
    response.writeHead(200, { 'content-type': registry.contentType, 'x-stand-in': 'metrics' });
    response.end(await registry.metrics());
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    count: gateway.count,
    limited: gateway.limited,
    load: gpus.load,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
