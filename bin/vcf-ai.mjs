#!/usr/bin/env node
import { createRequire } from 'node:module';

void createRequire(import.meta.url)('./compiled.cjs').load('cli/main.ts', process.argv[2]);
