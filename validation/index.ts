export type { Usage } from './answer';
export type {
  CaseResult,
  Check,
  CounterEvidence,
  Evidence,
  ExchangeEvidence,
  SeenEvidence,
} from './evidence';
export { type FunctionalOptions, type Report, runFunctionalSuite } from './functional';
export type { Fingerprint } from './records';
export { reportText, writeReport } from './report';
export type { SuiteProps } from './suite';
export { type Target, UnreachableError, type Upstream } from './target';
