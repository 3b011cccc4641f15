import type { Construct } from 'constructs';
import { type PlatformSeries, RECORDED_SERIES } from '../base/metrics';
import { Component, kubeObject } from './component';
import type { Namespace } from './namespace';
import { RECORDED_EXPRESSIONS } from './recorded-expressions';

export interface RecordingRulesProps {
  readonly namespace: Namespace;

  /** @default - the construct's id */
  readonly name?: string;

  /**
   * Whether there are model servers of vLLM.
   *
   * @default true
   */
  readonly engines?: boolean;

  /**
   * Whether an exporter tells about the GPUs under the engines.
   *
   * @default - as `engines`
   */
  readonly gpus?: boolean;

  /**
   * Labels of the PrometheusRule, by which an existing Prometheus chooses its rules: `{ release: 'prometheus' }`.
   *
   * @default - none
   */
  readonly labels?: Readonly<Record<string, string>>;

  /**
   * What the rules leave out and why, for whoever reads the object: written into an annotation.
   *
   * @default - nothing is left out
   */
  readonly without?: string;
}

/** What an object with rules leaves out, and why. */
export const WITHOUT_ANNOTATION = 'vcf-ai-platform/without';

const GROUPS = { gateway: 'gateway', vLLM: 'engine', GPUs: 'gpu' } as const;

/**
 * The recorded series that all queries of this project use, in one PrometheusRule: what the gateway, the model servers and
 * the GPUs do, under names that outlive the metrics' own. docs/metrics.md lists them.
 */
export class RecordingRules extends Component {
  constructor(
    scope: Construct,
    id: string,
    { namespace, name = id, engines = true, gpus = engines, labels, without }: RecordingRulesProps,
  ) {
    super(scope, id);
    this.node.addDependency(namespace);
    const kinds: readonly (keyof typeof GROUPS)[] = [
      'gateway',
      ...(engines ? (['vLLM'] as const) : []),
      ...(gpus ? (['GPUs'] as const) : []),
    ];
    kubeObject(this, 'rules', {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PrometheusRule',
      metadata: {
        ...{ name, namespace: namespace.name },
        ...(labels && { labels }),
        ...(without !== undefined && { annotations: { [WITHOUT_ANNOTATION]: without } }),
      },
      spec: { groups: kinds.map((kind) => ({ name: GROUPS[kind], rules: rulesAbout(kind) })) },
    });
  }
}

function rulesAbout(kind: keyof typeof GROUPS) {
  return Object.entries(RECORDED_EXPRESSIONS)
    .filter(([record]) => RECORDED_SERIES[record as PlatformSeries].of === kind)
    .map(([record, expr]) => ({ record, expr }));
}
