import type { OutgoingHttpHeaders } from 'node:http';
import type { Workload } from '../../../config';
import type { Cluster } from '../cluster';
import type { Project } from '../project';
import type { Traffic } from '../traffic';

/** What the tests of one example work with, once its `pulumi up` is over. */
export interface Stage {
  readonly project: Project;
  readonly cluster: Cluster;
  readonly traffic: Traffic;
  /** What a client sends to be known as the workload. */
  identify(workload: Workload): Promise<OutgoingHttpHeaders>;
}

/** Declares the tests of one example; `stage` is there when they run. */
export type Exercise = (stage: () => Stage) => void;
