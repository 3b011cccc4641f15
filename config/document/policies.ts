import type { StringOptions } from '@sinclair/typebox';
import { computed, flag, list, map, optional, text, words } from './keywords';
import type { Parsed } from './parsed';

const phrase = <const O extends StringOptions>(
  title: string,
  description: string,
  allowed: string,
  options?: O,
) => text({ title, description, 'x-allowed': allowed, ...(options as O) });

const exemption = map(
  {
    title: 'Exemption',
    description: 'One rule that does not hold for one object, until a day.',
  },
  {
    rule: phrase('Rule', 'Id of the rule, as findings end with it.', 'the id of a rule, such as R02', {
      pattern: '^[A-Z][A-Z0-9]+$',
    }),
    object: phrase(
      'Object',
      'The object, as findings begin with it: <kind>/<namespace>/<name>.',
      'an object such as envoyproxy/ai-gateway/ai-gateway',
      { pattern: '^[a-z0-9]+(/[a-z0-9.-]+){1,2}$' },
    ),
    reason: phrase('Reason', 'Why the rule does not hold here.', 'a reason of 20 characters or more', {
      minLength: 20,
      'x-why': 'who reads it when the exemption ends has to decide again',
    }),
    owner: phrase('Owner', 'Team or person who decides when the exemption ends.', 'a team or a person', {
      minLength: 1,
    }),
    until: phrase('Until', 'The last day on which it counts.', 'a day such as 2027-01-31', {
      pattern: '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$',
    }),
    pointer: optional(
      phrase(
        'Pointer',
        'Only findings at this JSON pointer or below it. Default: all findings of the rule in the object.',
        'a JSON pointer such as /spec/replicas',
        { pattern: '^/' },
      ),
    ),
  },
);

/** How the rules of the gate are adapted to a platform. */
export const policies = map(
  {
    title: 'Policies',
    description: 'The rules that objects are held against (docs/rules.md).',
    default: {},
  },
  {
    admission: words(['warn', 'deny', 'off'], {
      title: 'Admission',
      description:
        'What the cluster does with an object that breaks a rule about one object, whoever applies it, in the namespaces of the platform: warn, deny, or nothing (off). Rules that only warn never deny.',
      default: 'warn',
      'x-allowed': 'warn, deny or off',
    }),
    parameters: map(
      {
        title: 'Parameters',
        description:
          'Parameters of the rules. They are the same for `vcf-ai check`, at preview and in the cluster.',
        default: {},
      },
      {
        allowedRegistries: optional(
          list(
            phrase(
              'Registry',
              'A registry, or the beginning of image names.',
              'a registry such as docker.io/vllm',
              {
                pattern: '^[^\\s,]+$',
              },
            ),
            {
              title: 'Allowed registries',
              description: 'Where images of containers may come from. Default: anywhere.',
              'x-allowed': 'a list of registries',
            },
          ),
        ),
        development: computed(
          flag({
            title: 'Development',
            description:
              'Whether this is a development environment, to which rules for production do not apply. Default: whether the cluster is the embedded one.',
          }),
        ),
      },
    ),
    exemptions: list(exemption, {
      title: 'Exemptions',
      description:
        'Findings that are accepted. An exemption that covers nothing, or that has ended, is an error of `vcf-ai check`.',
      default: [],
      'x-allowed': 'a list of exemptions',
    }),
  },
);

export type PoliciesDocument = Parsed<typeof policies>;

export type ExemptionDocument = Parsed<typeof exemption>;
