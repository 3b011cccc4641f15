import type { Finding, Severity } from '../../base/finding';
import type { Report } from './report';

/** Workflow commands of GitHub Actions, which become annotations of the lines in a pull request. */
export function githubReport({ findings }: Report): string {
  return findings.map(command).join('\n');
}

const COMMANDS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' };

function command({ severity, rule, object, pointer, problem, fix, at }: Finding): string {
  const properties = {
    ...(at !== undefined && {
      file: at.file,
      line: at.line,
      ...(at.column !== undefined && { col: at.column }),
    }),
    title: rule,
  };
  const parts = Object.entries(properties).map(([key, value]) => `${key}=${property(`${value}`)}`);
  const text = `${[object, pointer].filter(Boolean).join(' ')}: ${problem}${fix === undefined ? '' : ` (${fix})`}`;
  return `::${COMMANDS[severity]} ${parts.join(',')}::${message(text)}`;
}

const message = (text: string) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

const property = (text: string) => message(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
