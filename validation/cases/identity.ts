import { questionText } from '../body';
import type { Case } from '../case';
import { sha256 } from '../credentials';
import type { Exchange } from '../exchange';
import { type Probe, whoSaw } from '../probe';
import type { Subject } from '../subjects';
import { whoMust } from './zero-trust';

/** The paper's test case 3. */
export const identity: Case = {
  id: 'TC3',
  title: 'Routing by identity',
  objective: 'The identity header alone selects the model, and an unknown identity reaches no upstream.',
  method: 'The same request to the same address, as each workload and as an unknown identity.',
  expected:
    'Each workload is answered 200 by its own model, or 429 if TC1 has exhausted its limit; the unknown identity gets 404, and no upstream receives the request.',
  async run(probe) {
    const { subjects, stranger } = probe.suite;
    const body = questionText({ model: subjects[0]?.asks ?? '' });
    probe.note(`the body of every request: ${Buffer.byteLength(body)} bytes, sha256 ${sha256(body)}`);
    // Those whose limit is used up come first, before it grows again.
    const ordered = [...subjects].sort(
      (a, b) => Number(b.bucket !== undefined) - Number(a.bucket !== undefined),
    );
    for (const subject of ordered) {
      judge(probe, subject, await probe.ask({ as: subject.name, body }), body);
    }
    const unknown = await probe.ask({ as: stranger, body });
    probe.same(`${stranger}: answer`, 404, unknown.answer.status);
    probe.same(`${stranger}: seen by`, 'nobody', whoSaw(unknown));
  },
};

function judge(probe: Probe, subject: Subject, exchange: Exchange, sent: string): void {
  const { name, model } = subject;
  const { status } = exchange.answer;
  const left = probe.suite.bursts.get(name)?.left(performance.now());
  // Where the bucket may have got a request back by now, both answers are right, each with its own route.
  if (left !== undefined && (left < 1 || status === 429)) {
    probe.same(`${name}: answer`, 429, status);
    probe.same(`${name}: seen by`, 'nobody', whoSaw(exchange));
    return;
  }
  probe.same(`${name}: answer`, 200, status);
  probe.same(`${name}: seen by`, whoMust(subject), whoSaw(exchange));
  // The gateway may put the upstream's name of the model in, and nothing else.
  const rewritten = JSON.stringify({ ...JSON.parse(sent), model });
  const hashes = [sent, rewritten].map(sha256);
  const arrived = exchange.seen.map(({ body }) => body.sha256).join(' ');
  const same = hashes.includes(arrived);
  probe.that(
    `${name}: body that arrived`,
    'as sent, but for the model',
    same ? 'as sent, but for the model' : arrived || 'none',
    same,
  );
}
