import type {
  PolicyResource,
  ReportViolation,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from '@pulumi/policy';
import { objectId } from '../../base/manifest';
import { checkManifests, type Finding, formatFindings, type Manifest, rules } from '../index';
import { fromDocument } from './document';
import { objectsOf } from './resource';

const GRAPH: ReadonlySet<string> = new Set(
  rules.filter(({ scope }) => scope === 'graph').map(({ id }) => id),
);

const isError = ({ severity }: Finding) => severity === 'error';
const isGraph = ({ rule }: Finding) => GRAPH.has(rule);

/** Each object before it is registered, as the program wrote it: schema and object rules. */
const objects: ResourceValidationPolicy = {
  name: 'objects',
  description:
    'Every Kubernetes object is valid by its schema and by the rules about single objects (docs/rules.md).',
  enforcementLevel: 'mandatory',
  validateResource({ type, props }, report) {
    for (const { manifest, unknown } of objectsOf(type, props)) {
      if (unknown.length > 0) continue;
      tell(
        checkManifests([manifest], fromDocument()).filter((finding) => isError(finding) && !isGraph(finding)),
        report,
      );
    }
  },
};

/** All objects together, as they are in the cluster or will be: the rules about what objects name. */
const references: StackValidationPolicy = {
  name: 'references',
  description: 'Every Kubernetes object is valid by the rules about several objects (docs/rules.md).',
  enforcementLevel: 'mandatory',
  validateStack({ resources }, report) {
    eachCluster(resources, ({ findings, urnOf, isKnown }) => {
      for (const finding of findings.filter(isGraph).filter(isError).filter(isKnown)) {
        tell([finding], report, urnOf(finding));
      }
    });
  },
};

/** What stops nothing: warnings, and errors in objects of which a value is not known before the update. */
const warnings: StackValidationPolicy = {
  name: 'warnings',
  description: 'Kubernetes objects that work but should be changed (docs/rules.md).',
  enforcementLevel: 'advisory',
  validateStack({ resources }, report) {
    eachCluster(resources, ({ findings, urnOf, isKnown }) => {
      for (const finding of findings) {
        if (!isError(finding) || !isKnown(finding)) tell([finding], report, urnOf(finding));
      }
    });
  },
};

export const policies: readonly (ResourceValidationPolicy | StackValidationPolicy)[] = [
  objects,
  references,
  warnings,
];

function tell(findings: readonly Finding[], report: ReportViolation, urn?: string): void {
  for (const finding of findings) report(formatFindings([finding]), urn);
}

interface Judged {
  readonly findings: readonly Finding[];
  urnOf(finding: Finding): string;
  /** Whether every value of the object is known. */
  isKnown(finding: Finding): boolean;
}

/** Resources of one provider are objects of one cluster; what they name is looked for there. */
function eachCluster(resources: readonly PolicyResource[], judge: (judged: Judged) => void): void {
  for (const provider of new Set(resources.map((resource) => resource.provider?.urn))) {
    const members = resources.filter((resource) => resource.provider?.urn === provider);
    const manifests: Manifest[] = [];
    const urns = new Map<string, string>();
    const incomplete = new Map<string, readonly string[]>();
    for (const { type, props, urn } of members) {
      for (const { manifest, unknown } of objectsOf(type, props)) {
        manifests.push(manifest);
        urns.set(objectId(manifest), urn);
        if (unknown.length > 0) incomplete.set(objectId(manifest), unknown);
      }
    }
    judge({
      findings: checkManifests(manifests, fromDocument()).filter(
        ({ object, pointer }) => !incomplete.get(object)?.includes(pointer),
      ),
      urnOf: ({ object }) => urns.get(object) ?? '',
      isKnown: ({ object }) => !incomplete.has(object),
    });
  }
}
