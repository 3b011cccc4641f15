import assert from 'node:assert/strict';
import type { OutgoingHttpHeaders } from 'node:http';
import type { RequestList } from '../../local/stand-ins/admin';
import { until } from '../../local/until';
import type { Sighting } from '../../validation/records';
import type { Project } from './project';
import { nameOf, Traffic } from './traffic';

// biome-ignore lint/suspicious/noExplicitAny: tests write what no type would let them
export type Draft = any;

/** A platform that gets one identity after another, and what its clients are told. */
export function identitiesOf(project: Project) {
  let traffic: Traffic;
  let shipped: Draft;

  /** Each identity begins with the document as it is now. */
  const remember = () =>
    project.edit((document) => {
      shipped = structuredClone(document);
    });

  const become = async (edit: (document: Draft) => void) => {
    project.edit((document) => {
      Object.assign(document, structuredClone(shipped));
      document.gateway.listener = {};
      document.gateway.tracing = { url: 'http://otel.stand-in.internal:4317', samplingPercent: 100 };
      edit(document);
    });
    await project.apply();
    traffic = await Traffic.open(project);
  };

  /** Everything that the collector was told. */
  const spans = async () => {
    const collector = (await project.status()).standIns.find(({ kind }) => kind === 'collector');
    assert.ok(collector);
    const { requests } = (await (await fetch(`${collector.admin}/requests`)).json()) as RequestList;
    return requests;
  };

  /** The upstreams that answered, and what the client was told. */
  const ask = async (headers: OutgoingHttpHeaders, path?: string) => {
    const { answer, seen } = await traffic.ask({ headers, ...(path && { path }) });
    return { status: answer.status, text: answer.text, seen };
  };

  const answers = (headers: OutgoingHttpHeaders) =>
    until(async () => (await ask(headers)).status === 200, 30, 500);

  const refusedWith = async (status: number, headers: OutgoingHttpHeaders) => {
    const told = await ask(headers);
    assert.equal(told.status, status, told.text);
    assert.deepEqual(told.seen, []);
  };

  const answeredBy = async (upstream: string, headers: OutgoingHttpHeaders) => {
    const told = await ask(headers);
    assert.equal(told.status, 200, told.text);
    assert.deepEqual(told.seen.map(nameOf), [upstream]);
    return told.seen[0] as Sighting;
  };

  const platform = () => traffic.platform;

  return { remember, become, spans, ask, answers, refusedWith, answeredBy, platform };
}
