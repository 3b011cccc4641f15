import { PROFILES, type Profile } from '../validation/dataset/session';

/** Collects the values of an option that may be given several times. */
export const list = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** What an option says of a profile, as in `A=5000`; undefined where it names none. */
export function ofProfile(text: string): readonly [Profile, string] | undefined {
  const [, letter, value] = /^\s*([A-Za-z])\s*=\s*(\S(?:.*\S)?)\s*$/.exec(text) ?? [];
  const profile = PROFILES.find((one) => one === letter?.toUpperCase());
  return profile === undefined || value === undefined ? undefined : [profile, value];
}
