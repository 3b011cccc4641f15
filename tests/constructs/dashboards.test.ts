import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Board, type Panel, panelsOf } from '../../base/board';
import { RECORDED_NAMES, RECORDED_SERIES } from '../../base/metrics';
import {
  BOARDS,
  boardsOf,
  Dashboards,
  grafanaDashboard,
  type Manifest,
  Namespace,
  persesSpec,
} from '../../constructs';
import { labelsOf } from '../../constructs/dashboards/expressions';
import { grafanaPanel } from '../../constructs/dashboards/grafana';
import { COLUMNS, placedSections } from '../../constructs/dashboards/layout';
import { checkManifests } from '../../policies';
import { query } from '../../policies/promql';
import { papersDocument } from '../config/papers-document';
import { built } from './dashboards-oracle';
import { chart, field, manifests, platformManifests } from './support';

const everyPanel = (work: (panel: Panel, board: Board) => void) => {
  for (const board of BOARDS) for (const panel of panelsOf(board)) work(panel, board);
};

/** What PromQL itself does not know: variables become what they may stand for. */
const parsed = (promql: string) => query(promql.replaceAll('$__range', '5m').replaceAll(/\$[a-z]+/g, '.*'));

describe('every board', () => {
  test('asks recorded series alone, and together they show every figure of the white paper [boards-recorded]', () => {
    const asked = new Set<string>();
    everyPanel(({ id, queries }) => {
      for (const { expression } of queries) {
        const { metrics, error } = parsed(expression.promql);
        assert.equal(error, undefined, `${id}: ${expression.promql}`);
        assert.deepEqual(
          [...new Set(metrics.map(({ name }) => name))].sort(),
          expression.series.toSorted(),
          id,
        );
        for (const name of expression.series) asked.add(name);
      }
    });
    const figures = RECORDED_NAMES.filter((name) => 'paper' in RECORDED_SERIES[name]);
    assert.ok(figures.length > 10);
    assert.deepEqual(
      figures.filter((name) => !asked.has(name)),
      [],
    );
  });

  test('uses variables that it has, and names lines by labels that there are', () => {
    everyPanel(({ id, queries, rows = {} }, board) => {
      for (const { expression, legend } of queries) {
        const variables = [...expression.promql.matchAll(/\$([a-z]+)/g)].map(([, name = '']) => name);
        const unknown = variables.filter((name) => !Object.hasOwn(board.variables, name));
        assert.deepEqual(unknown, [], `${board.id}/${id}`);
        const labels = [...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = '']) => name);
        const known = expression.series.flatMap(labelsOf);
        for (const label of [...labels, ...Object.keys(rows)])
          assert.ok(known.includes(label), `${id}: ${label}`);
      }
    });
  });

  test('takes the values of its variables from a series that has the label', () => {
    const sources = BOARDS.flatMap(({ variables }) => Object.values(variables));
    assert.ok(sources.length > 0);
    for (const { series, label } of sources)
      assert.ok(labelsOf(series).includes(label), `${series}: ${label}`);
  });

  test('says what each panel means, what to look at, and why it may be empty', () => {
    for (const { id, lookFirst } of BOARDS) assert.ok(lookFirst.length >= 2, id);
    everyPanel(({ id, meaning, lookAt, absent }) => {
      for (const sentence of [meaning, lookAt]) assert.match(sentence, /^[A-Z].*\.$/, id);
      assert.match(absent, /^[a-z].*[^.]$/, id);
    });
  });

  test('counts in the units of its series', () => {
    everyPanel(({ id, unit, queries }) => {
      for (const { expression, unit: own = unit } of queries) {
        const plain = expression.promql.replaceAll(/^(sum|max)( by \([^)]*\))? ?\(|\)$/g, '');
        const [name, ...others] = expression.series;
        const isRecorded = name !== undefined && others.length === 0 && plain.startsWith(name);
        if (!isRecorded) continue;
        const { unit: recorded } = RECORDED_SERIES[name];
        assert.equal(own, recorded === '1' ? 'requests' : recorded, `${id}: ${name}`);
      }
    });
  });

  test('has names that are its own, and places that no two panels share', () => {
    assert.equal(new Set(BOARDS.map(({ id }) => id)).size, BOARDS.length);
    for (const board of BOARDS) {
      const ids = panelsOf(board).map(({ id }) => id);
      assert.equal(new Set(ids).size, ids.length, board.id);
      for (const { title, panels } of placedSections(board, 0)) {
        const cells = panels.flatMap(({ place: { x, y, w, h } }) => {
          assert.ok(x + w <= COLUMNS, title);
          return Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)} ${y + Math.floor(cell / w)}`);
        });
        assert.equal(new Set(cells).size, cells.length, title);
      }
    }
  });
});

test('without model servers there is no panel about them and their GPUs [boards-objectives]', () => {
  const boards = boardsOf({ engines: false });
  assert.deepEqual(
    boards.map(({ id }) => id),
    ['overview', 'gateway', 'workloads', 'objectives', 'budgets', 'validation'],
  );
  const names = boards
    .flatMap(panelsOf)
    .flatMap(({ queries }) => queries.flatMap((one) => one.expression.series));
  assert.deepEqual(
    names.filter((name) => !/^(gw|slo|budget):/.test(name)),
    [],
  );
});

test('without an exporter of GPU metrics there is no panel about GPUs, and no board of them', () => {
  const boards = boardsOf({ engines: true, gpus: false });
  assert.ok(!boards.some(({ id }) => id === 'gpus'));
  const names = boards
    .flatMap(panelsOf)
    .flatMap(({ queries }) => queries.flatMap((one) => one.expression.series));
  assert.ok(names.some((name) => name.startsWith('llm:')));
  assert.deepEqual(
    names.filter((name) => name.startsWith('gpu:')),
    [],
  );
});

/** Where a value has something else than another one that may have more. */
function differences(ours: unknown, theirs: unknown, path = ''): string[] {
  if (typeof ours !== 'object' || ours === null) return Object.is(ours, theirs) ? [] : [path];
  if (Array.isArray(ours) && (!Array.isArray(theirs) || ours.length !== theirs.length)) return [path];
  return Object.entries(ours).flatMap(([key, value]) =>
    differences(value, Object(theirs)[key], `${path}/${key}`),
  );
}

test('what a tenant uses can be chosen wherever series say whose it is', () => {
  for (const board of BOARDS) {
    const ofTenants = panelsOf(board).flatMap(({ queries }) =>
      queries.filter(({ expression }) => expression.promql.includes('tenant=~"$tenant"')),
    );
    assert.equal(ofTenants.length > 0, 'tenant' in board.variables, board.id);
  }
  assert.ok('tenant' in (BOARDS.find(({ id }) => id === 'workloads')?.variables ?? {}));
});

test('the worst objective is the first row: every column but the first is larger the worse it is', () => {
  const table = BOARDS.filter(({ id }) => id === 'objectives')
    .flatMap(panelsOf)
    .find(({ kind }) => kind === 'table');
  const [, ...columns] = table?.queries.map(({ expression }) => expression.promql) ?? [];
  assert.deepEqual(columns, [
    'slo:errors:ratio_period',
    '1 - slo:error_budget_left:ratio',
    'slo:burn_rate:ratio1h',
  ]);
});

describe('for Grafana', () => {
  test('a panel of each kind is what Grafana’s own builders make [boards-grafana]', () => {
    const kinds = new Set<string>();
    everyPanel((panel) => {
      kinds.add(panel.kind);
      const { x, y, w, h } = { x: 0, y: 3, w: 12, h: 8 };
      const ours = JSON.parse(JSON.stringify(grafanaPanel(panel, { x, y, w, h }, 7)));
      const theirs = built(panel, ours, ours.fieldConfig.defaults.unit);
      // The builders take these two as they are given.
      delete ours.transformations;
      ours.fieldConfig.overrides = [];
      assert.deepEqual(differences(ours, theirs), [], panel.id);
    });
    assert.deepEqual([...kinds].sort(), ['areas', 'lines', 'stat', 'table']);
  });

  test('a board has an id of its own, its data source is a variable, and all values of a variable are chosen at first', () => {
    for (const board of BOARDS) {
      const dashboard = grafanaDashboard(board);
      assert.ok(dashboard.uid.length <= 40, dashboard.uid);
      const text = JSON.stringify(dashboard);
      assert.equal(
        text.match(/"uid":"\$\{datasource\}"/g)?.length,
        text.match(/"type":"prometheus"/g)?.length,
      );
      const list = field(dashboard, 'templating.list') as { name: string; allValue?: string }[];
      assert.deepEqual(
        list.map(({ name, allValue }) => [name, allValue]),
        [['datasource', undefined], ...Object.keys(board.variables).map((name) => [name, '.*'])],
      );
    }
  });

  test('a link to runbooks is there where somebody says where they are', () => {
    const [board] = BOARDS;
    assert.ok(board);
    const urls = (dashboard: object) =>
      (field(dashboard, 'links') as { url?: string }[]).map(({ url }) => url);
    assert.deepEqual(urls(grafanaDashboard(board)), [undefined]);
    const runbooks = 'https://wiki.example.com/runbooks/';
    assert.deepEqual(urls(grafanaDashboard(board, { runbooks })), [undefined, runbooks]);
  });
});

describe('for Perses', () => {
  test('every panel of the list is placed once, and every place has its panel [boards-perses]', () => {
    for (const board of BOARDS) {
      const { panels, layouts } = JSON.parse(JSON.stringify(persesSpec(board)));
      const placed = layouts.flatMap((grid: { spec: { items: { content: { $ref: string } }[] } }) =>
        grid.spec.items.map(({ content }) => content.$ref.replace('#/spec/panels/', '')),
      );
      assert.deepEqual(placed.sort(), Object.keys(panels).sort(), board.id);
      assert.equal(placed.length, panelsOf(board).length + 1);
    }
  });
});

describe('as objects', () => {
  const isBoard = ({ kind, metadata }: Manifest) =>
    kind === 'PersesDashboard' || (kind === 'ConfigMap' && metadata?.labels?.grafana_dashboard === '1');

  const of = (program: 'grafana' | 'perses') => {
    const scope = chart();
    const namespace = new Namespace(scope, 'ai-observability');
    new Dashboards(scope, 'dashboards', { namespace, program, boards: BOARDS });
    return manifests(scope).filter(({ kind }) => kind !== 'Namespace');
  };

  test('ConfigMaps have the label of the sidecar and a folder, and are small enough for kubectl apply', () => {
    const maps = of('grafana');
    assert.equal(maps.length, BOARDS.length);
    for (const { metadata, data } of maps as readonly ReturnType<typeof Object>[]) {
      assert.equal(metadata.labels.grafana_dashboard, '1');
      assert.equal(metadata.annotations.grafana_folder, 'AI platform');
      const [[file = '', text = ''] = []] = Object.entries<string>(data);
      assert.equal(JSON.parse(text).uid, file.replace('.json', ''));
      // An annotation takes 256 KiB, and a client-side apply writes the object into one.
      assert.ok(text.length < 100_000, `${file} has ${text.length} bytes`);
    }
  });

  for (const program of ['grafana', 'perses'] as const) {
    test(`nothing is found in those for ${program} by schemas and rules`, () => {
      const document = papersDocument((draft) => {
        draft.observability.dashboards = program;
      });
      const all = platformManifests(document);
      assert.equal(all.filter(isBoard).length, BOARDS.length);
      assert.deepEqual(
        checkManifests(all).filter(({ object }) => object.includes('dashboard')),
        [],
      );
    });
  }

  test('the embedded datacenter has none unless it is told to, and other clusters have those of Grafana', () => {
    const count = (cluster: object) => {
      const document = papersDocument((draft) => {
        draft.cluster = cluster;
      });
      return platformManifests(document).filter(isBoard).length;
    };
    assert.equal(count({ local: {} }), 0);
    assert.equal(count({ existing: { context: 'somewhere' } }), BOARDS.length);
  });
});
