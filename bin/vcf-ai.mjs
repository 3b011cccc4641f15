#!/usr/bin/env node
// Runs the TypeScript command line as it is, which the import of tsx makes possible.
import 'tsx';
import { createRequire } from 'node:module';

createRequire(import.meta.url)('../cli/main.ts');
