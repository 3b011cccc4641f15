import { isAbsolute, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Location, Log, ReportingDescriptor, Result, Run } from 'sarif';
import type { Finding, Place, Severity } from '../../base/finding';
import { severityOf } from '../effects';
import { rules } from '../rules';
import { coverage, type Report } from './report';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/**
 * SARIF 2.1.0, which GitHub, GitLab, Azure DevOps and editors read. A result stands at the line that a person
 * wrote; the construct and the object are its logical locations, and who called that line its stack. The field
 * of the object, for whom the rendered YAML is nearer, is in its message.
 */
export function sarifReport(report: Report): string {
  const results = [
    ...report.findings.map(result),
    ...report.known.map((finding) => ({ ...result(finding), baselineState: 'unchanged' as const })),
    ...report.exempted.map(({ finding, exemption: { reason, owner, until } }) => ({
      ...result(finding),
      suppressions: [{ kind: 'inSource' as const, justification: `${reason} (${owner}, until ${until})` }],
    })),
  ];
  const run: Run = {
    tool: {
      driver: {
        name: 'vcf-ai',
        semanticVersion: report.version,
        informationUri: 'https://www.npmjs.com/package/vcf-ai-platform',
        rules: descriptors(results),
      },
    },
    originalUriBaseIds: { SRCROOT: { uri: `${pathToFileURL(process.cwd()).href}/` } },
    columnKind: 'utf16CodeUnits',
    invocations: [
      {
        executionSuccessful: true,
        ...(report.notJudged.length > 0 && {
          toolExecutionNotifications: [{ level: 'note' as const, message: { text: coverage(report) } }],
        }),
      },
    ],
    properties: { objects: report.objects, notJudged: report.notJudged },
    results,
  };
  const log: Log = { $schema: SCHEMA, version: '2.1.0', runs: [run] };
  return JSON.stringify(log, null, 2);
}

const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
};

function descriptors(results: readonly Result[]): ReportingDescriptor[] {
  const used = [...new Set(results.flatMap(({ ruleId }) => ruleId ?? []))].sort();
  return used.map((id) => {
    const rule = rules.find((one) => one.id === id);
    if (rule === undefined) return { id, shortDescription: { text: OTHERS[id] ?? id } };
    return {
      id,
      shortDescription: { text: rule.title },
      fullDescription: { text: rule.why },
      help: { text: `${rule.why} Source: ${rule.source}. Fix: ${rule.fix}.` },
      defaultConfiguration: { level: LEVELS[severityOf(rule)] },
      properties: { tags: [rule.area] },
    };
  });
}

/** What finds something besides the rules. */
const OTHERS: Readonly<Record<string, string>> = {
  schema: 'every object is valid by its schema, without unknown fields',
  exemption: 'an exemption has a reason, an owner and an end date, and matches a finding',
  document: 'the platform document is valid',
  unjudged: 'with --strict, there is a schema for the kind of every object',
};

function result(finding: Finding): Result {
  const { rule, severity, object, pointer, problem, fix, at, construct, callers = [], fingerprint } = finding;
  const place = [object, pointer].filter(Boolean).join(' ');
  const logicalLocations = [
    { fullyQualifiedName: `${object}${pointer}`, kind: 'object' },
    ...(construct === undefined ? [] : [{ fullyQualifiedName: construct, kind: 'construct' }]),
  ];
  return {
    ruleId: rule,
    level: LEVELS[severity],
    message: { text: `${place}: ${problem}${fix === undefined ? '' : ` (${fix})`}` },
    locations: [{ ...(at !== undefined && physical(at)), logicalLocations }],
    ...(callers.length > 0 && {
      stacks: [
        {
          message: { text: 'who called it' },
          frames: callers.map((caller) => ({ location: physical(caller) })),
        },
      ],
    }),
    ...(fingerprint !== undefined && { partialFingerprints: { 'vcfAi/v1': fingerprint } }),
  };
}

function physical({ file, line, column }: Place): Location {
  return {
    physicalLocation: {
      artifactLocation: artifact(file),
      region: { startLine: line, ...(column !== undefined && { startColumn: column }) },
    },
  };
}

function artifact(file: string): { uri: string; uriBaseId?: string } {
  if (isAbsolute(file) || file.startsWith('..')) return { uri: pathToFileURL(file).href };
  return { uri: file.split(sep).map(encodeURIComponent).join('/'), uriBaseId: 'SRCROOT' };
}
