import { type ChildProcess, fork } from 'node:child_process';
import { join, resolve } from 'node:path';
import execa from 'execa';

/** How a command ended: exit code, what it printed to each stream, and both together in order. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly text: string;
}

const root = resolve(__dirname, '../..');

/** Ends of lines at the end are not told: as execa has it. */
const trimmed = (text = '') => text.replace(/\r?\n$/, '');

let resident: ChildProcess | undefined;
let calls = 0;

/** The process in which the commands of this test process run, one after the other. */
function residentProcess(): ChildProcess {
  if (resident?.connected) return resident;
  resident = fork(join(__dirname, 'programs/resident.mjs'), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  // It ends with this process, which does not wait for it.
  resident.unref();
  resident.channel?.unref();
  return resident;
}

/** Runs `vcf-ai …` in a folder, in a process that has the program already. */
export function vcfAi(folder: string, ...args: readonly string[]): Promise<Ended> {
  const child = residentProcess();
  calls += 1;
  const call = calls;
  child.ref();
  child.channel?.ref();
  return new Promise((resolve, reject) => {
    const over = () => {
      child.off('message', heard).off('exit', died);
      child.unref();
      child.channel?.unref();
    };
    const heard = (message: unknown) => {
      const { call: of, code, stdout, stderr, text } = message as Ended & { readonly call: number };
      if (of !== call) return;
      over();
      resolve({ code, stdout: trimmed(stdout), stderr: trimmed(stderr), text: trimmed(text) });
    };
    const died = (code: number | null) => {
      over();
      reject(new Error(`vcf-ai ${args.join(' ')}: its process ended with ${code}`));
    };
    child.on('message', heard).on('exit', died);
    child.send({ call, folder, args });
  });
}

/** Runs `vcf-ai …` in a folder as a user does: in a process of its own. */
export async function vcfAiProcess(folder: string, ...args: readonly string[]): Promise<Ended> {
  const options = { cwd: folder, all: true, reject: false } as const;
  const { exitCode, stdout, stderr, all = '' } = await execa(join(root, 'bin/vcf-ai.mjs'), args, options);
  return { code: exitCode, stdout, stderr, text: all };
}
