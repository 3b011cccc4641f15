export type { Place } from '../base/finding';
export { type Finding, formatFindings, type Severity } from '../base/finding';
export type { Manifest } from '../base/manifest';
export { layerPolicies } from './admission';
export { knownIn } from './baseline-file';
export { EFFECTS, type Effect, severityOf } from './effects';
export type { Exempted, Exemption } from './exemptions';
export { type Fix, fixesFor, patchedText } from './fix';
export { type GateOptions, type GateResult, gate, type NotJudged } from './gate';
export { checkManifests, type Judgement, type JudgeOptions, judge } from './judge';
export { DEFAULT_PARAMETERS, type Parameters } from './parameters';
export { type Reading, readManifests, type Source } from './read';
export { FORMATS, type Format, type Report } from './report';
export type {
  Area,
  BadSample,
  CelCheck,
  GraphRule,
  ObjectRule,
  Rule,
  Sample,
  Violation,
} from './rule';
export { rules } from './rules';
export { checkSchemas } from './schema';
export { UnreadableError } from './unreadable';
