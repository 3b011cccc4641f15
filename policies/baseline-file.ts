import { UnreadableError } from './unreadable';

/**
 * The fingerprints of an earlier report of `check`, as JSON or as SARIF.
 *
 * @throws UnreadableError for anything else
 */
export function knownIn(file: string, text: string): ReadonlySet<string> {
  const report = parsed(file, text);
  const findings = [...listAt(report, 'findings'), ...listAt(report, 'known')];
  const results = listAt(report, 'runs').flatMap((run) => listAt(run, 'results'));
  if (!Array.isArray(Object(report).findings) && !Array.isArray(Object(report).runs)) {
    throw new UnreadableError(
      file,
      'this is not a report of `vcf-ai check`',
      'create one with --format json=FILE',
    );
  }
  const fingerprints = [
    ...findings.map((finding) => Object(finding).fingerprint),
    ...results.map((result) => Object(Object(result).partialFingerprints)['vcfAi/v1']),
  ];
  return new Set(fingerprints.filter((fingerprint) => typeof fingerprint === 'string'));
}

function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new UnreadableError(file, `invalid JSON: ${error.message}`);
    throw error;
  }
}

function listAt(value: unknown, key: string): readonly unknown[] {
  const list: unknown = Object(value)[key];
  return Array.isArray(list) ? list : [];
}
