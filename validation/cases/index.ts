import type { Case } from '../case';
import { anonymous } from './anonymous';
import { bypass } from './bypass';
import { forgedHeaders } from './forged-headers';
import { identity } from './identity';
import { metering } from './metering';
import { prometheus } from './prometheus';
import { prompts } from './prompts';
import { rateLimit } from './rate-limit';
import { streaming } from './streaming';
import { stripping } from './stripping';
import { zeroTrust } from './zero-trust';

/**
 * In the order in which they are run: the identities right after the limit that one of them needs used up, the
 * counters after everything that they count.
 */
export const functionalCases: readonly Case[] = [
  rateLimit,
  identity,
  zeroTrust,
  bypass,
  stripping,
  anonymous,
  forgedHeaders,
  streaming,
  prompts,
  metering,
  prometheus,
];
