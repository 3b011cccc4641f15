import { Replayer } from '../../../validation/replay/replayer';
import { OUTCOMES } from '../../../validation/replay/request-rows';
import { planned } from './replayed';

/** A second of a plan, from a process of its own: prints how many requests there were, and how many were answered. */
async function main(folder: string, origin: string): Promise<void> {
  const { plan, bodies } = planned(folder, 20, { seconds: 1 });
  const replayer = await Replayer.start({ plan, bodies, target: { origin } });
  await new Promise((resolve) => setTimeout(resolve, 1000));
  await replayer.stop(5);
  const rows = [...replayer.data];
  const ok = rows.filter(({ outcome }) => outcome === OUTCOMES.ok).length;
  console.log(JSON.stringify({ requests: rows.length, ok }));
}

void main(process.argv[2] ?? '', process.argv[3] ?? '');
