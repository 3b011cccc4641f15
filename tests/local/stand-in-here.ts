import { join } from 'node:path';
import { type Address, formatAddress } from '../../local/stand-ins/address';
import { serveAdmin } from '../../local/stand-ins/admin';
import { Faults } from '../../local/stand-ins/faults';
import { type StandIn, serve } from '../../local/stand-ins/http';
import { MetricChanges } from '../../local/stand-ins/metric-changes';
import { Recorder } from '../../local/stand-ins/recorder';
import { newFolder } from './scratch';

export interface HeldStandIn {
  readonly url: string;
  readonly admin: Address;
  stop(): Promise<void>;
}

/** A stand-in with its admin interface in the process of the test: a second less than one of its own. */
export async function startHere(standIn: StandIn): Promise<HeldStandIn> {
  const free = { host: '127.0.0.1', port: 0 };
  const recorder = new Recorder({ file: join(newFolder(), 'requests.jsonl'), keep: 10 });
  const onDemand = { faults: new Faults(), metrics: new MetricChanges() };
  const served = await serve(standIn, free, recorder, onDemand);
  const { kind } = standIn;
  const state = () => standIn.state?.();
  const admin = await serveAdmin({ kind, name: kind, address: free, recorder, ...onDemand, state });
  return {
    url: `http://${formatAddress(served.address)}`,
    admin: admin.address,
    async stop() {
      await served.close();
      await admin.close();
      recorder.close();
    },
  };
}
