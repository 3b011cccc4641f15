import { Agent, RetryAgent, request } from 'undici';

/** A vCenter and who asks it. */
export interface VCenterLogin {
  /** DNS name, with a port where it is not 443. */
  readonly server: string;
  readonly user: string;
  readonly password: string;
  /** Takes any certificate: for a lab only. */
  readonly allowUnverifiedSsl: boolean;
}

/** How long it may take. */
export interface VCenterPatience {
  /** For one answer. Default 30 s. */
  readonly timeoutMs?: number;
  /** More attempts of what may be asked twice: reading, deleting, setting to a value. Default 3. */
  readonly retries?: number;
  /** Before the second attempt; doubles each time. Default 1 s. */
  readonly pauseMs?: number;
}

/** What went wrong with a vCenter; decides what a caller may do about it. */
export type VCenterTrouble = 'credentials' | 'certificate' | 'unreachable' | 'silent' | 'refused';

/** An error that says which vCenter, what was asked and what to do about it. */
export interface VCenterError extends Error {
  readonly trouble: VCenterTrouble;
  /** As the API says: NOT_FOUND, ALREADY_EXISTS, RESOURCE_IN_USE … */
  readonly reason?: string;
}

/** A session; every call goes with its token. */
export interface VCenter {
  /** The vSphere Automation API: `/api/…`. */
  call(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<unknown>;
  /** The vim API in its JSON form, which has a login of its own: a property by GET, a method by POST. */
  vim(method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown>;
}

/** The oldest release that has the vim API in JSON; later ones serve it as it was. */
const VIM_RELEASE = '8.0.1.0';

const SESSION_HEADER = 'vmware-api-session-id';

/** Node's and OpenSSL's names for a certificate that is not believed. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET)|ERR_TLS/;

export function isVCenterError(error: unknown): error is VCenterError {
  return error instanceof Error && 'trouble' in error;
}

function trouble(kind: VCenterTrouble, message: string, reason?: string): VCenterError {
  return Object.assign(new Error(message), { trouble: kind, ...(reason !== undefined && { reason }) });
}

/** Why no answer came. */
function noAnswer(error: unknown, login: VCenterLogin, what: string, timeoutMs: number): VCenterError {
  const { code = '', message } = error as Error & { code?: string };
  const vcenter = `vCenter ${login.server}`;
  if (/TIMEOUT/.test(code)) {
    return trouble(
      'silent',
      `${vcenter} did not answer ${what} within ${timeoutMs / 1000} s: it is overloaded or starting (check its services, and try again)`,
    );
  }
  if (CERTIFICATE.test(code)) {
    return trouble(
      'certificate',
      `${vcenter} has a certificate that is not trusted: ${message} (set NODE_EXTRA_CA_CERTS to the file with its CA; cluster.vks.vcenter.allowUnverifiedSsl is for labs only)`,
    );
  }
  const why = code === '' || message.includes(code) ? message : `${code}: ${message}`;
  return trouble(
    'unreachable',
    `${vcenter} cannot be reached for ${what}: ${why} (check cluster.vks.vcenter.server, the network and a firewall)`,
  );
}

/** What an error answer says of itself, in either API's form. */
function complaint(status: number, text: string): { reason: string; said: string } {
  try {
    const { error_type, messages, _typeName, faultMessage, reason } = JSON.parse(text);
    const said = [...(messages ?? []), ...(faultMessage ?? [])]
      .map((one: { default_message?: string; message?: string }) => one.default_message ?? one.message)
      .concat(reason ?? [])
      .filter(Boolean)
      .join('; ');
    return { reason: error_type ?? _typeName ?? `${status}`, said };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { reason: `${status}`, said: text.slice(0, 200) };
  }
}

const LOGIN_REFUSED = ['401', 'UNAUTHENTICATED', 'InvalidLogin', 'NotAuthenticated'];

function refused(login: VCenterLogin, what: string, status: number, text: string): VCenterError {
  const { reason, said } = complaint(status, text);
  if (status === 401 || LOGIN_REFUSED.includes(reason)) {
    return trouble(
      'credentials',
      `vCenter ${login.server} rejected the login of ${login.user} (check cluster.vks.vcenter.user and the secret that passwordSecret names; a locked account has the same symptom)`,
      reason,
    );
  }
  if (status === 403 || reason === 'UNAUTHORIZED' || reason === 'NoPermission') {
    return trouble(
      'refused',
      `vCenter ${login.server} does not allow ${login.user} to ${what}: ${said || reason} (the account needs the privileges of Supervisor and VM classes)`,
      reason,
    );
  }
  return trouble(
    'refused',
    `vCenter ${login.server} refused ${what}: ${reason}${said && `: ${said}`}`,
    reason,
  );
}

/**
 * Does work in a session and ends it, however the work ends.
 *
 * @throws VCenterError for wrong credentials, no or a late answer, an untrusted certificate, and a refusal.
 */
export async function withVCenter<T>(
  login: VCenterLogin,
  work: (vcenter: VCenter) => Promise<T>,
  { timeoutMs = 30_000, retries = 3, pauseMs = 1000 }: VCenterPatience = {},
): Promise<T> {
  const agent = new Agent({
    connect: { rejectUnauthorized: !login.allowUnverifiedSsl, timeout: timeoutMs },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });
  const patient = new RetryAgent(agent, {
    maxRetries: retries,
    minTimeout: pauseMs,
    // Setting a class to a value twice leaves the same class; making one twice does not.
    methods: ['GET', 'DELETE', 'PATCH'],
    statusCodes: [429, 502, 503, 504],
    errorCodes: ['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'UND_ERR_SOCKET'],
  });
  const ask = async (method: string, path: string, headers: Record<string, string>, body?: unknown) => {
    const what = `${method} ${path}`;
    const answer = await request(`https://${login.server}${path}`, {
      dispatcher: patient,
      method: method as 'GET',
      headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
      .then(async (response) => ({ ...response, text: await response.body.text() }))
      .catch((error) => {
        const status = (error as { statusCode?: number }).statusCode;
        throw status === undefined
          ? noAnswer(error, login, what, timeoutMs)
          : refused(login, what, status, '');
      });
    if (answer.statusCode >= 300) throw refused(login, what, answer.statusCode, answer.text);
    return { value: answer.text === '' ? undefined : JSON.parse(answer.text), headers: answer.headers };
  };

  const basic = Buffer.from(`${login.user}:${login.password}`).toString('base64');
  const ends: (() => Promise<unknown>)[] = [];
  let vimToken: Promise<string> | undefined;
  const vimPath = (path: string) => `/sdk/vim25/${VIM_RELEASE}${path}`;
  const vimLogin = async () => {
    const credentials = { userName: login.user, password: login.password };
    const { headers } = await ask(
      'POST',
      vimPath('/SessionManager/SessionManager/Login'),
      {},
      { _typeName: 'LoginRequestType', ...credentials },
    );
    const token = String(headers[SESSION_HEADER]);
    ends.push(() =>
      ask('POST', vimPath('/SessionManager/SessionManager/Logout'), { [SESSION_HEADER]: token }),
    );
    return token;
  };
  try {
    const session = await ask('POST', '/api/session', { authorization: `Basic ${basic}` });
    const token = String(session.value);
    ends.push(() => ask('DELETE', '/api/session', { [SESSION_HEADER]: token }));
    return await work({
      call: async (method, path, body) => (await ask(method, path, { [SESSION_HEADER]: token }, body)).value,
      vim: async (method, path, body) => {
        vimToken ??= vimLogin();
        return (await ask(method, vimPath(path), { [SESSION_HEADER]: await vimToken }, body)).value;
      },
    });
  } finally {
    // A session that cannot be ended ends by itself; the work's own outcome is what counts.
    await Promise.allSettled(ends.map((end) => end()));
    await patient.destroy();
    await agent.destroy();
  }
}
