import { after } from 'node:test';
import { Supervised } from './supervised';

/** The one Supervisor of the test files that run in this process: each leaves to the next what it made there. */
export const supervised = new Supervised();
// Of the whole process: what is registered in a suite is over with it.
after(() => supervised.close());
