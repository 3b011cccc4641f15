import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import schema from '../sdks/vsphere/schema.json';

interface Shape {
  readonly type?: string;
  readonly $ref?: string;
  readonly items?: Shape;
  readonly additionalProperties?: Shape;
}

interface Members {
  readonly properties: Readonly<Record<string, Shape>>;
  readonly required: readonly string[];
}

/** How a value is written in a type: as a program gives it, or as the engine returns it. */
type Side = 'input' | 'plain' | 'output';

const lastOf = (token: string) => token.slice(token.lastIndexOf(':') + 1);
const upper = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);

/** A type of a look-up has two names among the inputs: its own for plain values, and one with `Args`. */
const nameOf = (type: string, side: Side) =>
  upper(type) + (type.startsWith('get') && side === 'input' ? 'Args' : '');

function typeOf({ type, $ref, items, additionalProperties }: Shape, side: Side): string {
  const inner = (shape: Shape) =>
    side === 'input' ? `pulumi.Input<${typeOf(shape, side)}>` : typeOf(shape, side);
  if ($ref) return `types.${side === 'output' ? 'output' : 'input'}.${nameOf(lastOf($ref), side)}`;
  if (items) return `${inner(items)}[]`;
  if (additionalProperties) return `{ [key: string]: ${inner(additionalProperties)} }`;
  return type === 'integer' ? 'number' : (type ?? 'any');
}

function members({ properties, required }: Members, side: Side, readonly = false): string {
  return Object.entries(properties)
    .map(([name, shape]) => {
      const type = typeOf(shape, side);
      const optional = !required.includes(name);
      const value = side === 'input' ? `pulumi.Input<${type}${optional ? ' | undefined' : ''}>` : type;
      return `  ${readonly ? 'readonly ' : ''}${name}${optional ? '?' : ''}: ${value};\n`;
    })
    .join('');
}

const shapes = (side: Side) =>
  Object.entries(schema.types as Record<string, Members>)
    .filter(([token]) => side !== 'plain' || lastOf(token).startsWith('get'))
    .map(([token, type]) => `interface ${nameOf(lastOf(token), side)} {\n${members(type, side)}}\n`)
    .join('');

interface ResourceShape extends Members {
  readonly inputProperties: Members['properties'];
  readonly requiredInputs: readonly string[];
}

function resource([token, shape]: [string, ResourceShape]): string {
  const name = lastOf(token);
  const { inputProperties, requiredInputs, properties, required } = shape;
  const outputs = Object.entries(properties).map(([key, value]) => {
    const optional = required.includes(key) ? '' : ' | undefined';
    return `  readonly ${key}: pulumi.Output<${typeOf(value, 'output')}${optional}>;\n`;
  });
  return `
export declare class ${name} extends pulumi.CustomResource {
  static get(name: string, id: pulumi.Input<pulumi.ID>, state?: ${name}State, opts?: pulumi.CustomResourceOptions): ${name};
  static isInstance(obj: any): obj is ${name};
${outputs.join('')}  constructor(name: string, args: ${name}Args, opts?: pulumi.CustomResourceOptions);
}
export interface ${name}Args {
${members({ properties: inputProperties, required: requiredInputs }, 'input')}}
export interface ${name}State {
${members({ properties, required: [] }, 'input')}}
`;
}

interface LookupShape {
  readonly inputs: Members;
  readonly outputs: Members;
}

function lookup([token, { inputs, outputs }]: [string, LookupShape]): string {
  const name = lastOf(token);
  const optional = inputs.required.length === 0 ? '?' : '';
  const type = upper(name);
  return `
export declare function ${name}(args${optional}: ${type}Args, opts?: pulumi.InvokeOptions): Promise<${type}Result>;
export declare function ${name}Output(args${optional}: ${type}OutputArgs, opts?: pulumi.InvokeOutputOptions): pulumi.Output<${type}Result>;
export interface ${type}Args {
${members(inputs, 'plain')}}
export interface ${type}OutputArgs {
${members(inputs, 'input')}}
export interface ${type}Result {
${members(outputs, 'output', true)}}
`;
}

/** The declarations of `sdks/vsphere`, in the names of the official package. */
export function declarations(): string {
  return [
    '// Generated from schema.json by scripts/generate-vsphere.ts; not to be edited.\n',
    `import type * as pulumi from '@pulumi/pulumi';\n`,
    `\nexport declare namespace types.input {\n${shapes('input')}${shapes('plain')}}\n`,
    `\nexport declare namespace types.output {\n${shapes('output')}}\n`,
    '\nexport declare class Provider extends pulumi.ProviderResource {\n',
    '  static isInstance(obj: any): obj is Provider;\n',
    '  constructor(name: string, args?: ProviderArgs, opts?: pulumi.ResourceOptions);\n}\n',
    'export interface ProviderArgs {\n',
    members({ properties: schema.provider.inputProperties, required: [] }, 'input'),
    '}\n',
    ...Object.entries(schema.resources as Record<string, ResourceShape>).map(resource),
    ...Object.entries(schema.functions as Record<string, LookupShape>).map(lookup),
  ].join('');
}

const file = join(resolve(__dirname, '../sdks/vsphere'), 'index.d.ts');
if (require.main === module) {
  if (!process.argv.includes('--check')) writeFileSync(file, declarations());
  else if (!existsSync(file) || readFileSync(file, 'utf8') !== declarations()) {
    console.error('✗ sdks/vsphere/index.d.ts is out of date: npm run generate');
    process.exitCode = 1;
  }
}
