#!/usr/bin/env node
import { createRequire } from 'node:module';
// Runs the TypeScript command line as it is; `npm start` has made sure that the packages are there.
import { register } from 'tsx/cjs/api';

register();
createRequire(import.meta.url)('../cli/main.ts');
