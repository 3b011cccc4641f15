import { Buffer } from 'node:buffer';
import type { Manifest } from '../../../base/manifest';
import type { RuleKinds } from '../../kinds';

/** What stands in a file for a secret that is put in later: by SOPS, a template, a shell or a plugin. */
export function isPlaceholder(text: string): boolean {
  return /^\s*(?:ENC\[|\$[{(]|<|\{\{|__[A-Z]|ref\+|(?:replace|change)[-_ ]?(?:me|with))/i.test(text);
}

/** What a Secret holds under each key, whether it is written as text or as base64. */
export function textsOf({ stringData = {}, data = {} }: RuleKinds['Secret']): Record<string, string> {
  const decoded = Object.entries(data).map(([key, text]) => [key, Buffer.from(text, 'base64').toString()]);
  return { ...Object.fromEntries(decoded), ...stringData };
}

/** Without data or with an annotation, something else fills it in: trust-manager, OpenShift, cert-manager. */
export function isFilledIn(object: Manifest): boolean {
  const empty = !['data', 'stringData'].some((field) => Reflect.get(object, field) !== undefined);
  return (
    empty ||
    Object.keys(object.metadata?.annotations ?? {}).some((name) => /inject|reflect|replicat/.test(name))
  );
}
