import type { Sampling } from '../corpus/sample';
import type { Profile } from './session';
import type { Told } from './told';
import type { RoleFunction } from './wire';

/** What a corpus is made of and how. */
export interface BuildOptions {
  readonly out: string;
  /** Sessions of a profile. Default: all that there are. */
  readonly sessions: Readonly<Partial<Record<Profile, number>>>;
  /** Of these numbers, or of all. */
  readonly scale: number;
  readonly seed: number;
  readonly sampling: Sampling;
  readonly model: string;
  readonly apps: Readonly<Record<Profile, string>>;
  readonly roleFunction: RoleFunction;
  /** What `max_tokens` is at most. Default: what the recorded answer has. */
  readonly maxTokens?: number;
  /** Of OmniACT: most tasks of a screen in one session. Default: all. */
  readonly screenTasks?: number;
  readonly progress?: (told: Told) => void;
  /** Something that whoever waits should know. */
  readonly note?: (text: string) => void;
  /** Ends the build early; the next one goes on where it was. */
  readonly signal?: AbortSignal;
}
