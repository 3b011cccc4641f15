import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { accessOf } from '../control-plane';
import { Kube } from '../kube';
import type { Address } from '../stand-ins/address';
import { loopbackAddress } from '../stand-ins/options';
import { ClusterController, type Deed } from './controller';

interface Options {
  readonly supervisor: string;
  readonly workload: string;
  readonly listen: Address;
  readonly record: string;
}

/** How often it looks at both API servers. */
const LOOK_MS = 500;

/** What it is, in every answer and in every condition that it writes. */
const STAND_IN = 'cluster-api';

new Command('supervisor')
  .description(
    'imitates the controllers of Cluster API on a Supervisor without vSphere; creates kwok nodes instead of VMs',
  )
  .requiredOption('--supervisor <folder>', 'folder of the control plane with the Cluster objects')
  .requiredOption('--workload <folder>', 'folder of the control plane of the workload cluster')
  .requiredOption('--listen <host:port>', 'address of the record of actions', loopbackAddress)
  .requiredOption('--record <file>', 'file to append a JSON line for every action to')
  .action(async (options: Options) => run(options))
  .parseAsync();

async function run({ supervisor, workload, listen, record }: Options): Promise<void> {
  const deeds: (Deed & { readonly time: string })[] = [];
  const access = accessOf(workload);
  const controller = new ClusterController({
    supervisor: new Kube(accessOf(supervisor), STAND_IN),
    workload: new Kube(access, STAND_IN),
    access,
    tell(deed) {
      const entry = { time: new Date().toISOString(), ...deed };
      deeds.push(entry);
      appendFileSync(record, `${JSON.stringify(entry)}\n`, { mode: 0o600 });
    },
  });
  let problem: string | undefined = 'no reconciliation has run yet';
  const server = createServer((request, response) => {
    const answer = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/json', 'x-stand-in': STAND_IN });
      response.end(JSON.stringify({ standIn: STAND_IN, ...body }));
    };
    if (request.url === '/healthz') return answer(problem === undefined ? 200 : 503, { problem });
    if (request.url === '/deeds') return answer(200, { deeds });
    return answer(404, { error: 'known requests are GET /deeds and GET /healthz' });
  });
  server.listen(listen.port, listen.host);
  for (;;) {
    problem = await controller.step().then(
      () => undefined,
      (error: Error) => error.message,
    );
    await sleep(LOOK_MS);
  }
}
