import { type Inputs, RunError } from '@pulumi/pulumi';
import { PlatformError } from '../config';
import { deploy } from './layers';

async function outputs(): Promise<Inputs> {
  try {
    return await deploy();
  } catch (error) {
    // The engine shows a RunError's message alone, without a stack trace.
    const told = error instanceof PlatformError ? new RunError(error.message) : error;
    throw told;
  }
}

export = outputs;
