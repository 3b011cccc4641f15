export type { Usage } from './answer';
export type {
  CaseResult,
  Check,
  CounterEvidence,
  Evidence,
  ExchangeEvidence,
  SeenEvidence,
} from './case';
export type { Fingerprint } from './credentials';
export { type FunctionalOptions, type Report, runFunctionalSuite } from './functional';
export { reportText, writeReport } from './report';
export type { SuiteProps } from './suite';
export { type Target, UnreachableError, type Upstream } from './target';
