import { Registry } from 'prom-client';
import type { EngineEvents } from './engine/engine';
import type { EngineLimits } from './engine/scheduler';
import type { EndReason, Sequence } from './engine/sequence';
import { declareCache, declareGauges, declareSeries, type EngineGauges } from './vllm-series';

/**
 * vLLM's page of metrics: names, types, labels and buckets of 0.32, fed by what an engine does. As in vLLM, the tokens
 * of a prompt count when its first token is out, a preempted prompt counts once, and the histograms of whole requests
 * get a value when a request ends by itself; one that its client leaves counts only as `abort`.
 */
export class VllmMetrics implements EngineEvents {
  readonly contentType: string;
  private readonly registry = new Registry();
  private readonly info = new Registry();
  private readonly series: ReturnType<typeof declareSeries>;

  constructor(model: string, limits: EngineLimits, gauges: EngineGauges) {
    this.registry.setDefaultLabels({ model_name: model, engine: '0' });
    this.contentType = this.registry.contentType;
    declareGauges(this.registry, gauges);
    this.series = declareSeries(this.registry);
    declareCache(this.info, limits);
  }

  /** The page that Prometheus scrapes. */
  async text(): Promise<string> {
    return `${await this.registry.metrics()}\n${await this.info.metrics()}`;
  }

  admitted({ held, cached }: Sequence): void {
    this.series.prefixQueries.inc(held);
    this.series.prefixHits.inc(cached);
  }

  preempted(): void {
    this.series.preemptions.inc();
  }

  token({ generated, cached, request }: Sequence, seconds: number): void {
    const { series } = this;
    series.generationTotal.inc();
    if (generated > 1) {
      series.interToken.observe(seconds);
      return;
    }
    series.firstToken.observe(seconds);
    series.promptTotal.inc(request.promptTokens);
    series.promptCached.inc(cached);
    series.promptBySource.inc({ source: 'local_compute' }, request.promptTokens - cached);
    series.promptBySource.inc({ source: 'local_cache_hit' }, cached);
  }

  stepped(promptTokens: number, generatedTokens: number): void {
    this.series.iteration.observe(promptTokens + generatedTokens);
  }

  ended(sequence: Sequence, reason: EndReason, now: number): void {
    this.series.finished.inc({ finished_reason: reason });
    if (reason !== 'abort') this.whole(sequence, now);
  }

  private whole(sequence: Sequence, now: number): void {
    const { series } = this;
    const { arrivedAt, generated, request, cached, preemptions } = sequence;
    const { scheduledAt = now, firstTokenAt = now, lastTokenAt = now } = sequence;
    const decode = lastTokenAt - firstTokenAt;
    series.endToEnd.observe(now - arrivedAt);
    series.queue.observe(scheduledAt - arrivedAt);
    series.inference.observe(lastTokenAt - scheduledAt);
    series.prefill.observe(firstTokenAt - scheduledAt);
    series.decode.observe(decode);
    series.perToken.observe(generated > 1 ? decode / (generated - 1) : 0);
    series.requestPrompt.observe(request.promptTokens);
    series.requestComputed.observe(request.promptTokens - cached);
    series.requestGeneration.observe(generated);
    series.requestLongest.observe(generated);
    if (request.maxTokens !== undefined) series.requestLimit.observe(request.maxTokens);
    series.requestChoices.observe(1);
    series.requestPreemptions.observe(preemptions);
  }
}
