import type { Rule } from '../../rule';
import { authentication, strictAuthentication } from './authentication';
import { backendAddress } from './backend-address';
import { backendTls, certificateName, verifiedTls } from './backend-tls';
import { bufferLimit } from './buffer-limit';
import { clientKeys } from './client-keys';
import { credentialHeaders } from './credential-headers';
import { bufferedMemory, envoyMemory } from './envoy-memory';
import { envoyWorkers } from './envoy-workers';
import { oneCluster } from './failover-backends';
import { forgedHeaders } from './forged-headers';
import { identityHeaders, identityLeak } from './identity-headers';
import { listedModels, modelMatches } from './model-matches';
import { onePolicy } from './one-policy';
import { overriddenPolicy } from './overridden-policy';
import { processorConfig, processorResources } from './processor-resources';
import { ownSecrets, providerCredentials, secretKeys } from './provider-credentials';
import { fittingCredentials, schemaSettings } from './provider-schema';
import { references } from './references';
import { routeSize } from './route-size';
import { idleRequestTimeout, idleStreams, routeTimeouts } from './timeouts';
import { tokens } from './tokens';
import { storedVersions } from './versions';

/** Rules about Envoy, the AI gateway and what a client or a provider sees of them. */
export const gateway: readonly Rule[] = [
  ...[storedVersions, envoyWorkers, envoyMemory, bufferedMemory, processorConfig, processorResources],
  ...[bufferLimit, routeTimeouts, idleRequestTimeout, idleStreams],
  ...[backendTls, verifiedTls, certificateName, backendAddress],
  ...[providerCredentials, secretKeys, ownSecrets, schemaSettings, fittingCredentials, credentialHeaders],
  ...[oneCluster, routeSize, references, onePolicy, overriddenPolicy, modelMatches, listedModels],
  ...[authentication, strictAuthentication, clientKeys, identityHeaders, identityLeak, forgedHeaders, tokens],
];
