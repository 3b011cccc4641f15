import type { Rule } from '../rule';
import { credentialHeaders } from './credential-headers';
import { envoyWorkers } from './envoy-workers';
import { forgedHeaders } from './forged-headers';
import { onePolicy } from './one-policy';
import { references } from './references';

/** Every rule, by id. */
export const rules: readonly Rule[] = [envoyWorkers, references, onePolicy, credentialHeaders, forgedHeaders];
