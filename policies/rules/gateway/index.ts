import type { Rule } from '../../rule';
import { modelArms } from './arms';
import { deprecated, parents, protocols, scripts, targets } from './attachment';
import { attempts } from './attempts';
import { authentication, strictAuthentication } from './authentication';
import { availability } from './availability';
import { backendAddress } from './backend-address';
import { backendTls, certificateName, verifiedTls } from './backend-tls';
import { basicAuth } from './basic-auth';
import { brokenTraffic } from './broken-traffic';
import { bufferLimit } from './buffer-limit';
import { caCertificates } from './ca-certificates';
import { circuitBreakers } from './circuit-breakers';
import { clientAddresses } from './client-addresses';
import { clientKeys } from './client-keys';
import { clientPolicies } from './client-policies';
import { clientRanges } from './client-ranges';
import { collidingMatches } from './colliding-matches';
import { crossOrigin } from './cors';
import { costExpressions } from './cost-expressions';
import { costKeys } from './cost-keys';
import { credentialHeaders } from './credential-headers';
import { drain } from './drain';
import { ejection } from './ejection';
import { bufferedMemory, envoyMemory } from './envoy-memory';
import { envoyWorkers } from './envoy-workers';
import { extensionHooks } from './extension-hooks';
import { failover } from './failover';
import { oneCluster } from './failover-backends';
import { fallbackCodes } from './fallback-codes';
import { forgedHeaders } from './forged-headers';
import { gatewayNamespace } from './gateway-namespace';
import { generatedNames } from './generated-names';
import { grants } from './grants';
import { identityHeaders, identityLeak } from './identity-headers';
import { inferencePool } from './inference-pool';
import { jwtProviders } from './jwt-providers';
import { limiter } from './limiter';
import { listenerCertificates } from './listener-certificates';
import { listenerPorts } from './listener-ports';
import { localKeys } from './local-keys';
import { localLimits } from './local-limits';
import { loginSecrets } from './login-secrets';
import { logins } from './logins';
import { mcpPaths } from './mcp-paths';
import { mcpSeed } from './mcp-seed';
import { mergedGateways } from './merged-gateways';
import { messageSize } from './message-size';
import { listedModels, modelMatches } from './model-matches';
import { mutations } from './mutations';
import { onePolicy } from './one-policy';
import { overriddenPolicy } from './overridden-policy';
import { patchPolicies } from './patch-policies';
import { policySections } from './policy-sections';
import { poolPorts } from './pool-ports';
import { processorConfig, processorResources } from './processor-resources';
import { ownSecrets, providerCredentials, secretKeys, tenants } from './provider-credentials';
import { fittingCredentials, schemaSettings } from './provider-schema';
import { quotas } from './quota';
import { references } from './references';
import { regularExpressions } from './regular-expressions';
import { repeatedBackends } from './repeated-backends';
import { retryCodes } from './retry-codes';
import { retryPauses } from './retry-pauses';
import { routeAttachment } from './route-attachment';
import { routeBackends } from './route-backends';
import { routeSize } from './route-size';
import { seemingLimits } from './seeming-limits';
import { selectedTargets } from './selected-targets';
import { servicePorts } from './service-ports';
import { shadowedPaths } from './shadowed-paths';
import { sharedBudgets } from './shared-budgets';
import { idleRequestTimeout, idleStreams, routeTimeouts } from './timeouts';
import { budgetOvershoot, tokenBudgets } from './token-budgets';
import { tokens } from './tokens';
import { storedVersions } from './versions';

/** Rules about Envoy, the AI gateway and what a client or a provider sees of them. */
export const gateway: readonly Rule[] = [
  ...[storedVersions, envoyWorkers, envoyMemory, bufferedMemory, processorConfig, processorResources],
  ...[bufferLimit, routeTimeouts, idleRequestTimeout, idleStreams],
  ...[backendTls, verifiedTls, certificateName, backendAddress],
  ...[
    providerCredentials,
    secretKeys,
    ownSecrets,
    tenants,
    schemaSettings,
    fittingCredentials,
    credentialHeaders,
  ],
  ...[
    targets,
    parents,
    protocols,
    scripts,
    deprecated,
    routeAttachment,
    clientPolicies,
    localLimits,
    retryCodes,
  ],
  ...[selectedTargets, regularExpressions, collidingMatches, generatedNames, routeBackends, mergedGateways],
  ...[extensionHooks, listenerPorts, basicAuth, policySections, poolPorts, caCertificates],
  ...[patchPolicies, jwtProviders, logins, clientRanges, retryPauses, mcpPaths],
  ...[
    seemingLimits,
    servicePorts,
    listenerCertificates,
    loginSecrets,
    localKeys,
    brokenTraffic,
    fallbackCodes,
  ],
  ...[clientAddresses, circuitBreakers, sharedBudgets, repeatedBackends],
  ...[oneCluster, routeSize, references, onePolicy, overriddenPolicy, modelMatches, listedModels],
  ...[authentication, strictAuthentication, clientKeys, identityHeaders, identityLeak, forgedHeaders, tokens],
  ...[shadowedPaths, failover, ejection, attempts, grants, modelArms, inferencePool],
  ...[budgetOvershoot, tokenBudgets, costExpressions, costKeys, limiter, quotas],
  ...[messageSize, mcpSeed, gatewayNamespace, drain, availability, crossOrigin, mutations],
];
