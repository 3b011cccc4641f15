import type { DocumentPlace, Locate } from '../config';
import type { ExemptionDocument } from '../config/document/policies';
import { formatPath } from '../config/mistakes';
import type { Finding } from '../policies';

/** A setting of the platform document from which a finding stems. */
export interface Setting {
  /** From the root of the document. */
  readonly path: readonly string[];
  /** What it has to be; undefined for what is to be removed. */
  readonly value?: unknown;
  readonly at?: DocumentPlace;
}

/** What each of our own objects is made from, by rule and field. */
const SETTINGS: Readonly<Record<string, Setting>> = {
  'R40 /spec/provider/kubernetes/envoyDeployment/replicas': { path: ['gateway', 'replicas'], value: 2 },
};

/** The problem of an exemption that covers nothing: what to do is sure, unlike with one that has ended. */
const REMOVED = 'remove it';

/** The setting that a finding in an object of the platform stems from. */
export function settingOf(
  finding: Finding,
  exemptions: readonly ExemptionDocument[],
  locate: Locate,
): Setting | undefined {
  const { rule, pointer } = finding;
  const setting = rule === 'exemption' ? exemptionOf(finding, exemptions) : SETTINGS[`${rule} ${pointer}`];
  const at = setting && locate(setting.path);
  return setting && { ...setting, ...(at !== undefined && { at }) };
}

function exemptionOf(
  { object, pointer }: Finding,
  exemptions: readonly ExemptionDocument[],
): Setting | undefined {
  const index = exemptions.findIndex((one) => one.object === object && pointer.endsWith(`~1${one.rule}`));
  return index === -1 ? undefined : { path: ['policies', 'exemptions', `${index}`] };
}

/** A finding that says which setting to change; of what stands in the document itself, with its line. */
export function withSetting(finding: Finding, { path, value, at }: Setting): Finding {
  const name = formatPath(path);
  if (finding.rule === 'exemption')
    return { ...finding, ...(at && { at: { file: at.file, line: at.line } }) };
  const where = at === undefined ? '' : ` (${at.file}:${at.line})`;
  return { ...finding, fix: `set ${name} to ${JSON.stringify(value)}${where}` };
}

/** Whether it is sure what the setting has to be. */
export function isSure({ rule, fix }: Finding): boolean {
  return rule !== 'exemption' || fix === REMOVED;
}
