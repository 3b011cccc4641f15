import { ASKING, type Asked, about } from '../../asked';
import { exposed } from '../../metrics/known';
import { rawCounter } from '../../promql/raw';
import { type Aggregate, type Call, constantOf, type Expr, partsOf, walk } from '../../promql/tree';
import { CHOSEN } from '../../promql/variables';
import { judgeKnown } from '../../recordings';
import { defineRule } from '../../rule';
import { alert, board, inRule, onBoard, recording } from './samples';

const SOURCE = 'Prometheus, promql/quantile.go (BucketQuantile) and functions histogram_quantile';

/** Every call of histogram_quantile. */
const quantilesIn = ({ query: { tree } }: Asked): readonly Call[] =>
  [...(tree === undefined ? [] : walk(tree))].flatMap(([expr]) =>
    expr.kind === 'call' && expr.name === 'histogram_quantile' ? [expr] : [],
  );

/** Names without a colon are no recorded ones; those of vLLM are known. */
const isScraped = (name: string) => exposed(name) !== undefined || !name.includes(':');

/** The parts of an expression that its labels come from: of a quotient the dividend. */
function labelled(expr: Expr): readonly Expr[] {
  const inner = expr.kind === 'binary' && expr.op !== 'or' ? [expr.left] : partsOf(expr);
  return [expr, ...inner.flatMap(labelled)];
}

/** A variable of a dashboard may stand for several labels, `le` among them. */
const dropsBuckets = ({ op, grouping }: Aggregate): boolean => {
  if (!['sum', 'avg', 'min', 'max'].includes(op) || grouping?.labels.includes(CHOSEN)) return false;
  return grouping === undefined || grouping.by !== grouping.labels.includes('le');
};

/** Why a quantile has no value, or a wrong one. */
function faultOf({ args: [quantile, of] }: Call): { problem: string; fix?: string } | undefined {
  const share = quantile && constantOf(quantile);
  if (share !== undefined && (share < 0 || share > 1)) {
    const fix = share > 1 && share <= 100 ? { fix: `use ${Number((share / 100).toPrecision(4))}` } : {};
    return { problem: `quantile ${share} is not between 0 and 1: the result is infinite`, ...fix };
  }
  if (of === undefined) return undefined;
  const parts = labelled(of);
  const names = parts.flatMap((part) =>
    part.kind === 'selector' && part.name !== undefined ? [part.name] : [],
  );
  const [other] = names.filter((name) => isScraped(name) && /_(?:sum|count|total)$/.test(name));
  if (other !== undefined) {
    const fix = { fix: `use ${other.replace(/_(?:sum|count|total)$/, '_bucket')}` };
    return { problem: `${other} has no label le`, ...fix };
  }
  const gauge = names.find((name) => exposed(name)?.as === 'gauge');
  if (gauge !== undefined) return { problem: `${gauge} is a gauge and has no label le` };
  if (!names.some((name) => name.endsWith('_bucket'))) return undefined;
  const dropping = parts.find((part): part is Aggregate => part.kind === 'aggregate' && dropsBuckets(part));
  if (dropping === undefined) return undefined;
  const { op, grouping } = dropping;
  const labels = grouping?.by ? [...grouping.labels, 'le'] : ['le'];
  return { problem: `${op} drops the label le`, fix: `use ${op} by (${labels.join(', ')})` };
}

export const quantiles = defineRule({
  id: 'O10',
  title: 'quantiles are calculated of buckets, by le',
  effect: 'ineffective',
  why:
    'histogram_quantile reads the bounds of the buckets from the label le: without it there is no result and no error, ' +
    'and a quantile of 95 instead of 0.95 is infinite.',
  source: SOURCE,
  fix: 'keep le in every aggregation, and take a quantile between 0 and 1',
  area: 'observability',
  scope: 'graph',
  kinds: ASKING,
  good: [
    {
      shows: 'buckets by model',
      change: recording(
        'histogram_quantile(0.99, sum by (model_name, le) (rate(vllm:time_to_first_token_seconds_bucket[5m])))',
      ),
    },
    {
      shows: 'without the pods',
      change: board(
        'histogram_quantile($quantile, sum without (pod) (rate(app_seconds_bucket[$__rate_interval])))',
      ),
    },
    { shows: 'a native histogram', change: recording('histogram_quantile(0.5, sum(rate(app_seconds[5m])))') },
    {
      shows: 'the largest of several quantiles',
      change: recording('max(histogram_quantile(0.5, rate(vllm:time_to_first_token_seconds_bucket[5m])))'),
    },
  ],
  bad: [
    inRule(
      'le is lost',
      recording(
        'histogram_quantile(0.9, sum by (model_name) (rate(vllm:time_to_first_token_seconds_bucket[5m])))',
      ),
    ),
    inRule(
      'everything is summed',
      recording('histogram_quantile(0.9, sum(rate(vllm:request_prefill_time_seconds_bucket[5m])))'),
    ),
    onBoard('without le', board('histogram_quantile(0.9, sum without (le) (rate(app_seconds_bucket[5m])))')),
    inRule(
      'percent',
      alert('histogram_quantile(95, sum by (le) (rate(vllm:request_queue_time_seconds_bucket[5m]))) > 1'),
    ),
    onBoard(
      'the sum of a histogram',
      board('histogram_quantile(0.9, sum by (le) (rate(app_seconds_sum[5m])))'),
    ),
  ],
  check: (all, one) =>
    judgeKnown(all, one, (asked) =>
      quantilesIn(asked).flatMap((call) => {
        const fault = faultOf(call);
        return fault === undefined
          ? []
          : [{ ...about(asked, fault.problem), ...(fault.fix && { fix: fault.fix }) }];
      }),
    ),
});

/** Buckets that are not those of the last minutes. */
function rawBuckets(expr: Expr | undefined): string | undefined {
  switch (expr?.kind) {
    case 'selector': {
      const { name = '', isShifted } = expr;
      return name.endsWith('_bucket') && isScraped(name) && !isShifted ? name : undefined;
    }
    case 'aggregate':
      return rawBuckets(expr.args.at(-1));
    default:
      return undefined;
  }
}

/** What is divided raw: a sum of a histogram by its count, or two counters. */
function rawMean(expr: Expr): string | undefined {
  if (expr.kind !== 'binary' || expr.op !== '/') return undefined;
  const [above, below] = [rawName(expr.left), rawName(expr.right)];
  if (above === undefined || below === undefined) return undefined;
  const stem = /^(.+)_sum$/.exec(above)?.[1];
  if (stem !== undefined && below === `${stem}_count`) return `${above} / ${below}`;
  const [part, whole] = [rawCounter(expr.left), rawCounter(expr.right)];
  return part && whole && part.name !== whole.name ? `${part.name} / ${whole.name}` : undefined;
}

function rawName(expr: Expr): string | undefined {
  switch (expr.kind) {
    case 'selector':
      return expr.name !== undefined && isScraped(expr.name) && !expr.isShifted ? expr.name : undefined;
    case 'aggregate':
      return ['sum', 'avg'].includes(expr.op) && expr.args[0] ? rawName(expr.args[0]) : undefined;
    case 'binary':
      // `x > 0` in a divisor is an x that is not 0.
      return ['>', '!='].includes(expr.op) && constantOf(expr.right) === 0 ? rawName(expr.left) : undefined;
    default:
      return undefined;
  }
}

export const meansOfWindows = defineRule({
  id: 'O11',
  title: 'means and quantiles are of a window, not of everything since the start',
  effect: 'fragile',
  why:
    'Sums, counts and buckets count since the process started: their quotient hardly moves after a day, however slow the ' +
    'last minutes were, and jumps when a pod is replaced.',
  source: `${SOURCE}; Prometheus, practices, histograms`,
  fix: 'take rate(…[5m]) of both, and of the buckets before anything else',
  area: 'observability',
  scope: 'graph',
  kinds: ASKING,
  good: [
    {
      shows: 'a mean of five minutes',
      change: recording(
        'sum(rate(vllm:request_queue_time_seconds_sum[5m])) / (sum(rate(vllm:request_queue_time_seconds_count[5m])) > 0)',
      ),
    },
    {
      shows: 'a share of calls as a figure',
      change: board('sum(vllm:prefix_cache_hits_total) / sum(vllm:prefix_cache_queries_total)', 'stat'),
    },
    { shows: 'recorded rates', change: recording('llm:requests:sum / llm:requests:sum') },
  ],
  bad: [
    inRule(
      'a mean since the start',
      recording('vllm:e2e_request_latency_seconds_sum / vllm:e2e_request_latency_seconds_count'),
    ),
    inRule(
      'of any histogram',
      recording('sum by (app) (app_seconds_sum) / sum by (app) (app_seconds_count)'),
    ),
    onBoard(
      'hits since the start as a curve',
      board('vllm:prefix_cache_hits_total / vllm:prefix_cache_queries_total'),
    ),
    inRule(
      'a quantile since the start',
      recording('histogram_quantile(0.9, sum by (le) (vllm:time_to_first_token_seconds_bucket))'),
    ),
  ],
  check: (all, one) =>
    judgeKnown(all, one, (asked) => {
      const { tree } = asked.query;
      const parts = tree === undefined ? [] : [...walk(tree)].map(([expr]) => expr);
      const means = parts.flatMap((expr) => (asked.use === 'figure' ? [] : (rawMean(expr) ?? [])));
      const buckets = quantilesIn(asked).flatMap(({ args }) => rawBuckets(args[1]) ?? []);
      return [
        ...means.map((mean) => about(asked, `${mean} is a mean since the start`)),
        ...buckets.map((name) => ({
          ...about(asked, `the quantile of ${name} is of everything since the start`),
          fix: `use rate(${name}[5m])`,
        })),
      ];
    }),
});
