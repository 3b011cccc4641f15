import { type Finding, sortFindings } from '../base/finding';
import { groupOf, type Manifest, objectId } from '../base/manifest';
import { Bundle } from './bundle';
import { type Channel, Definitions } from './definitions';
import { severityOf } from './effects';
import { covering, type Exempted, type Exemptions, exemptionsOf } from './exemptions';
import { apiVersionOf, type RuleKind, type RuleKinds } from './kinds';
import { Known } from './known';
import { add } from './lists';
import { checkObject, type Variables, variablesOf } from './object-rule';
import { DEFAULT_PARAMETERS, type Parameters, parametersIn } from './parameters';
import type { ObjectRule, Rule, Violation } from './rule';
import { rules } from './rules';
import { admit } from './schema';
import { besides, type SoundPart, soundPart, wholePart } from './sound-part';

/**
 * The gate before anything is registered: the schema of every object, then the rules on what the schema accepts
 * of it. Takes all objects of a platform at once, for rules look for what an object names.
 *
 * @returns every finding that no exemption covers, sorted; none when all is well
 */
export function checkManifests(manifests: readonly Manifest[], options: JudgeOptions = {}): Finding[] {
  return sortFindings(judge(manifests, options).flatMap(({ findings }) => findings));
}

/** What there is to say about one object. */
export interface Judgement {
  /** Whether there is a schema for its kind; nothing is said about an object of any other. */
  readonly isKnown: boolean;
  readonly findings: readonly Finding[];
  readonly exempted: readonly Exempted[];
  /** Exemptions of the object that count today, and what is wrong with the others. */
  readonly exemptions: Exemptions;
}

export interface JudgeOptions {
  /** Which rules run; default: all of them. */
  readonly rules?: readonly Rule[];
  /** What the platform team decided; default: what the ConfigMap of parameters says, where it is among the objects. */
  readonly parameters?: Partial<Parameters>;
  /**
   * Whether the objects are all that there are, so that what is missing among them is nowhere. Of a part, what
   * another repository may have is an info. Default: true.
   */
  readonly complete?: boolean;
  /** Of Gateway API, in the cluster. Default: standard. */
  readonly channel?: Channel;
  /**
   * For who judges many bundles with the same objects, and changes none of those that it has given. Default: what is
   * found out is forgotten.
   */
  readonly known?: Known;
  /** The day for which exemptions count: `2026-11-22`; default: today. */
  readonly today?: string;
}

/**
 * {@link checkManifests} with what it says of each object apart, in the order of the objects: two objects of
 * one id, as in the folders of two environments, keep their own.
 */
export function judge(manifests: readonly Manifest[], options: JudgeOptions = {}): Judgement[] {
  const { rules: judged = rules, today = new Date().toISOString().slice(0, 10), complete = true } = options;
  const definitions = new Definitions(manifests, options.channel);
  const { known = new Known() } = options;
  const read = (one: Manifest) => readable(one, definitions);
  // With definitions among the objects, what is said of an object depends on them.
  const reads = manifests.some(({ kind }) => kind === 'CustomResourceDefinition')
    ? read
    : (one: Manifest) => known.once(one, `read ${options.channel}`, () => read(one));
  const admitted = manifests.map(reads);
  const all = new Bundle(
    admitted.flatMap(({ part }) => part?.manifest ?? []),
    manifests,
  );
  const parameters = { ...DEFAULT_PARAMETERS, ...(options.parameters ?? parametersIn(manifests)) };
  const byKind = rulesByKind(judged);
  const circumstances = { parameters, complete, known, asked: JSON.stringify(parameters) };
  const refusedPolicies = voided(all, circumstances);
  const inForce =
    refusedPolicies.size === 0
      ? all
      : new Bundle(
          all.manifests.filter((one) => !refusedPolicies.has(one)),
          manifests,
          [...refusedPolicies],
        );
  return admitted.map(({ manifest, isKnown, refused, part }) => {
    const concerning = byKind.get(kindOf(manifest)) ?? [];
    // Of itself a policy that is refused shows all that is wrong.
    const bundle = part && refusedPolicies.has(part.manifest) ? all : inForce;
    const found = part ? findings(concerning, bundle, part.manifest, circumstances) : [];
    const said = refused.length > 0 && part ? [...refused, ...besides(refused, found, part)] : found;
    const exemptions = exemptionsOf(manifest, objectId(manifest), IDS, today);
    return { isKnown, ...exempt(part ? said : refused, exemptions) };
  });
}

const IDS = rules.map(({ id }) => id);

interface Readable {
  readonly manifest: Manifest;
  readonly isKnown: boolean;
  /** What its schema refuses. */
  readonly refused: readonly Finding[];
  /** What rules read; undefined when nothing of it can be read. */
  readonly part: SoundPart | undefined;
}

function readable(one: Manifest, definitions: Definitions): Readable {
  const { manifest, isKnown, findings: refused } = admit(one, definitions);
  const part = refused.length === 0 ? wholePart(manifest) : soundPart(one, definitions);
  return { manifest, isKnown, refused, part };
}

function exempt(found: readonly Finding[], exemptions: Exemptions): Omit<Judgement, 'isKnown'> {
  const covered = found.map((finding) => ({ finding, exemption: covering(finding, exemptions.valid) }));
  return {
    findings: covered.filter(({ exemption }) => exemption === undefined).map(({ finding }) => finding),
    exempted: covered.filter((one): one is Exempted => one.exemption !== undefined),
    exemptions,
  };
}

const kindOf = (one: Pick<Manifest, 'apiVersion' | 'kind'>) => `${groupOf(one)}/${one.kind}`;

function rulesByKind(judged: readonly Rule[]): ReadonlyMap<string, readonly Rule[]> {
  const found = new Map<string, Rule[]>();
  for (const rule of judged) {
    for (const kind of rule.kinds) add(found, kindOf({ apiVersion: apiVersionOf(kind), kind }), rule);
  }
  return found;
}

const VOIDING = rulesByKind(rules.filter(({ voids }) => voids === true));

/** Not a SecurityPolicy: one that is refused lets nobody in, for its routes answer 500. */
const VOIDABLE = ['BackendTrafficPolicy', 'ClientTrafficPolicy'];

/** Policies of which nothing is in force. */
function voided(all: Bundle, given: Circumstances): ReadonlySet<Manifest> {
  const circumstances = { ...given, complete: false };
  const isRefused = (one: Manifest) =>
    findings(VOIDING.get(kindOf(one)) ?? [], all, one, circumstances).some(
      ({ severity }) => severity === 'error',
    );
  return new Set(all.manifests.filter((one) => VOIDABLE.includes(one.kind) && isRefused(one)));
}

interface Circumstances {
  readonly parameters: Parameters;
  readonly complete: boolean;
  readonly known: Known;
  /** The parameters as text. */
  readonly asked: string;
}

function findings(
  concerning: readonly Rule[],
  all: Bundle,
  one: Manifest,
  { parameters, complete, known, asked }: Circumstances,
): Finding[] {
  let variables: Variables | undefined;
  const before = known.once(one, `found ${asked}`, () => new Map<ObjectRule, Violation[]>());
  const ofObject = (rule: ObjectRule) => {
    variables ??= variablesOf(one, parameters);
    const found = before.get(rule) ?? checkObject(rule, one, variables);
    before.set(rule, found);
    return found;
  };
  return concerning.flatMap((rule) => {
    const violations =
      rule.scope === 'object' ? ofObject(rule) : rule.check(all, one as RuleKinds[RuleKind], parameters);
    return violations.map((violation) => told(rule, one, violation, complete));
  });
}

function told(
  { id, effect, fix: usual }: Rule,
  one: Manifest,
  { fix = usual, elsewhere = false, ...violation }: Violation,
  complete: boolean,
): Finding {
  const finding = { rule: id, severity: severityOf({ effect }), object: objectId(one), ...violation, fix };
  if (!elsewhere || complete) return finding;
  return { ...finding, severity: 'info', problem: `among these objects, ${finding.problem}` };
}
