#!/usr/bin/env node
import { createRequire } from 'node:module';

// Findings and errors name lines as they are written.
process.setSourceMapsEnabled(true);
void createRequire(import.meta.url)('./compiled.cjs').load('cli/main.ts');
