import { UserError } from '../base/user-error';

/** Whether a place is a database of PostgreSQL, and not a file. */
export const isPostgres = (place: string): boolean => /^postgres(ql)?:\/\//.test(place);

/** A place as it is named in a message: user, password and options of a URL are left out. */
export function withoutCredentials(place: string): string {
  if (!isPostgres(place)) return place;
  const url = URL.canParse(place) ? new URL(place) : undefined;
  return url === undefined ? 'postgres://…' : `postgres://${url.host}${url.pathname}`;
}

/**
 * @throws UserError for a URL of anything else than PostgreSQL, or one that does not parse; without repeating it
 */
export function refuseOtherUrls(place: string): void {
  const [, scheme] = /^([a-z][a-z0-9+.-]*):\/\//i.exec(place) ?? [];
  if (scheme === undefined) return;
  if (!isPostgres(place)) {
    throw new UserError(`a ledger is kept in a file or at postgres://…, not at ${scheme}://…`);
  }
  if (!URL.canParse(place)) {
    throw new UserError(
      'the URL of the ledger does not parse (postgres://user:password@host:port/database; write / @ : of a password as %2F %40 %3A)',
    );
  }
}
