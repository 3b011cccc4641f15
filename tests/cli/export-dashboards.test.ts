import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { exportDashboards } from '../../cli/export-dashboards';
import { BOARDS } from '../../constructs';
import { newFolder } from '../local/scratch';

const read = (folder: string) =>
  readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));

test('dashboards are written as one file each, as the program that is named reads them [boards-export]', () => {
  const [grafana, perses] = [join(newFolder(), 'boards'), newFolder()];
  const files = exportDashboards({ to: 'grafana', out: grafana, project: '' });
  assert.deepEqual(
    files,
    BOARDS.map(({ id }) => join(grafana, `${id}.json`)),
  );
  assert.deepEqual(
    read(grafana).map(({ uid }) => uid),
    BOARDS.map(({ id }) => `vcf-ai-${id}`).sort(),
  );
  exportDashboards({ to: 'perses', out: perses, project: 'team' });
  for (const { kind, metadata, spec } of read(perses)) {
    assert.equal(kind, 'Dashboard');
    assert.equal(metadata.project, 'team');
    assert.ok(Object.keys(spec.panels).length > 3);
  }
});
