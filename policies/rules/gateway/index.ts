import type { Rule } from '../../rule';
import { credentialHeaders } from './credential-headers';
import { envoyWorkers } from './envoy-workers';
import { forgedHeaders } from './forged-headers';
import { onePolicy } from './one-policy';
import { references } from './references';

/** Rules about Envoy, the AI gateway and what a client or a provider sees of them. */
export const gateway: readonly Rule[] = [
  envoyWorkers,
  references,
  onePolicy,
  credentialHeaders,
  forgedHeaders,
];
