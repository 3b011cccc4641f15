/**
 * Downloads the modules whose examples tests judge, before the tests: those with a datacenter run in networks of their
 * own, which reach no module proxy. Prints the go command that has them.
 */
import { ensureGo } from '../../local/toolchain';
import { upstreamProjects } from '../crds/sources';

async function main(): Promise<void> {
  const go = await ensureGo();
  upstreamProjects(go);
  console.log(go);
}

main().catch((error: Error) => {
  console.error(`✗ ${error.message}`);
  process.exitCode = 2;
});
