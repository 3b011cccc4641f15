import { rules, severityOf } from '../../policies';
import { GAPS } from '../verify-verdicts/gaps';
import { UNMOVABLE, VERDICT_RULES } from '../verify-verdicts/groups';
import { readRecord, type SampleVerdict, type VerdictRecord } from '../verify-verdicts/record';
import { cell, NOTICE, table } from './markdown';

const HOW = `Each row is a bad sample of a rule on the real API server, the real controllers and the real Envoy, with stand-ins for models and clouds alone:
the sound platform that all samples change is applied, then the sample; when the conditions of all objects have settled,
one call is sent through Envoy. \`npm run verify:verdicts\` observes it, and writes [verdicts.json](verdicts.json), from which this page is made; nothing in it is
written by hand. \`npm test\` compares the rules with that record.`;

const isSilent = ({ refused, said, died = [] }: SampleVerdict) =>
  !refused && said.length === 0 && died.length === 0;

/** The words of a condition without the object's place in the datacenter. */
function conditions({ refused, said, died = [] }: SampleVerdict): string {
  if (refused) return 'the API server refuses it';
  const lines = [...died.map((words) => `**dies**: ${words}`), ...said];
  return lines.length === 0 ? '**silence**' : lines.map(code).join('<br>');
}

const code = (text: string) => cell(text).replaceAll('<', '&lt;').replaceAll('&lt;br>', '<br>');

const ruleOf = ({ rule }: SampleVerdict) => {
  const severity = rules.filter(({ id }) => id === rule).map(severityOf);
  return `[${rule}](rules.md#${anchorOf(rule)}), ${severity.join()}`;
};

/** As GitHub names the anchor of a heading. */
function anchorOf(rule: string): string {
  const title = rules.find(({ id }) => id === rule)?.title ?? '';
  return `${rule} ${title}`
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}

function rows(verdicts: readonly SampleVerdict[]): string[] {
  return table(
    ['situation', 'what the controllers say', 'call', 'what should come', 'what came', 'our rule'],
    verdicts.map((one) => [
      cell(one.shows),
      conditions(one),
      code(one.call?.sent ?? ''),
      code(one.call?.should ?? ''),
      code(one.call?.came ?? ''),
      ruleOf(one),
    ]),
  );
}

/** docs/verdicts.md: what the real controllers and the real Envoy make of what the rules find. */
export function verdictTable(): string {
  const record = readRecord();
  const { calls, versions } = record;
  const silent = calls.filter(isSilent);
  const wrong = silent.filter(({ call }) => call?.isRight === false);
  const right = silent.filter((one) => !wrong.includes(one));
  const told = calls.filter((one) => !isSilent(one));
  return [
    NOTICE,
    '# What the controllers say to what the rules find',
    '',
    HOW,
    '',
    `Observed with ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version.replace(/^v/, '')}`)
      .join(', ')}: ${calls.length} samples of ${new Set(calls.map(({ rule }) => rule)).size} rules.`,
    '',
    '## Silent controllers, and a wrong answer',
    '',
    'Every object is accepted, no condition tells of the fault, and the real Envoy does what nobody wants.',
    '',
    ...rows(wrong),
    '',
    '## Silent controllers, and a call that shows nothing',
    '',
    'One call alone cannot show these: the harm comes with load, with other callers, or when something fails.',
    '',
    ...rows(right),
    '',
    '## Controllers that say it',
    '',
    'In the status of an object, where nobody looks before something is wrong. The rule says it before the deployment.',
    '',
    ...rows(told),
    '',
    '## Samples that are not tried',
    '',
    ...Object.entries(UNMOVABLE).map(([sample, reason]) => `- ${sample}: ${reason}.`),
    '',
    ...changes(record),
  ].join('\n');
}

/** What the controllers say to changes of the platform, and to the examples of the gateways. */
function changes({ changes: all, examples }: VerdictRecord): string[] {
  const taken = all.filter(({ refused }) => !refused);
  const complained = taken.filter(({ said, died }) => said.length > 0 || died !== undefined);
  const unwell = examples.filter(({ said }) => said.length > 0);
  return [
    '## Changes of our own platform, and the examples of the gateways',
    '',
    `- ${all.length} plausible changes of one value in an object of the platform: the API server refuses ${all.length - taken.length}, and controllers say ` +
      `something against ${complained.length} of the others or die of them. To all of these but the ${Object.keys(GAPS).length} below a rule has an error.`,
    `- ${examples.length} examples that Envoy Gateway and the AI gateway ship: controllers say something against ${unwell.length}, and the rules the same.`,
    '',
    'What no rule sees yet:',
    '',
    ...Object.entries(GAPS).map(([change, what]) => `- ${change}: ${what}.`),
    '',
  ];
}

/** Rules of the groups without a row and without a named sample. */
export function withoutRow({ calls }: VerdictRecord): string[] {
  return VERDICT_RULES.filter(
    (id) =>
      !calls.some(({ rule }) => rule === id) &&
      !Object.keys(UNMOVABLE).some((sample) => sample.startsWith(`${id} `)),
  );
}
