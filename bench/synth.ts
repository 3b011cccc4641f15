import { App } from 'cdk8s';
import { parsePlatform } from '../config';
import { manifestsOf, platformCharts } from '../constructs';
import { documentOf } from './document';

/** One synthesis in this process: objects, bytes and milliseconds since the process began, as JSON. */
const platform = parsePlatform(documentOf(Number(process.argv[2])));
const charts = platformCharts(new App(), platform, { secrets: {} });
const manifests = Object.values(charts).flatMap(manifestsOf);
const text = JSON.stringify(manifests.map(({ manifest }) => manifest));
const routed = manifests.filter(
  ({ manifest: { kind } }) => kind === 'AIGatewayRoute' || kind === 'BackendTrafficPolicy',
);
process.stdout.write(
  JSON.stringify({
    objects: manifests.length,
    routed: routed.length,
    routedBytes: JSON.stringify(routed.map(({ manifest }) => manifest)).length,
    bytes: text.length,
    ms: performance.now(),
    cpuMs: (process.cpuUsage().user + process.cpuUsage().system) / 1000,
  }),
);
