import type { Format } from '../session';
import type { Fields } from '../values';
import { atif } from './atif';
import { omniact } from './omniact';
import { coderForge, sweRebench } from './openhands';
import { sweAgent } from './swe-agent';
import { terminalTable } from './terminal-table';
import { toolbenchAnswer } from './toolbench-answer';
import { toolbenchRows } from './toolbench-rows';

/** All that can be read. A record is of the first that recognises it. */
export const FORMATS: readonly Format[] = [
  toolbenchAnswer,
  toolbenchRows,
  atif,
  terminalTable,
  omniact,
  sweAgent,
  sweRebench,
  coderForge,
];

export const formatOf = (record: Fields): Format | undefined =>
  FORMATS.find((format) => format.recognises(record));
