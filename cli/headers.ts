import { UserError } from '../base/user-error';

/**
 * Headers as they are given on a command line.
 *
 * @param lines `name: value`
 * @throws UserError for anything else; its value is not shown, because it may be a credential.
 */
export function headersOf(lines: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(
    lines.map((line) => {
      const [, name, value] = /^([!-9;-~]+):\s*(.*)$/.exec(line) ?? [];
      if (name === undefined || value === undefined) {
        throw new UserError(`--header ${line.split(/\s/)[0]} is no header; write it as name: value`);
      }
      return [name.toLowerCase(), value];
    }),
  );
}
