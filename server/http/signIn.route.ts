/**
 * Signing in and out: the few endpoints of the sign-in library that the desk offers, with limited attempts and errors
 * in the desk's own shape. Other paths of the library are not served.
 */
import { APIError } from 'better-auth';
import { fromNodeHeaders } from 'better-auth/node';
import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import type { ErrorCode } from '../../shared/errorCodes.ts';
import { AUTH_BASE_PATH, CLIENT_ADDRESS_HEADER } from '../auth/betterAuth.ts';
import type { Auth } from '../auth/openAuth.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import { currentTimeMs } from '../work/clock.ts';
import type { WriteAudit } from './auditWriter.ts';
import { DeskError } from './errors.ts';
import { personSubject } from './personAudit.ts';
import type { SignInAudit } from './signInAudit.ts';

/** RFC 5321, section 4.5.3.1.3 with erratum 1690: no longer address can receive mail. */
const EMAIL_CHARS_MAX = 254;
const signInBody = z.object({
  email: z.email().max(EMAIL_CHARS_MAX),
  password: z.string().min(1).max(1024),
  rememberMe: z.boolean().optional(),
});
const codeOfStatus: Partial<Record<number, ErrorCode>> = {
  400: 'badRequest',
  401: 'notSignedIn',
  403: 'forbidden',
};

export interface SignInRouteDeps {
  auth: Auth;
  metrics: Metrics;
  /** For refusals. */
  writeAudit: WriteAudit;
  signInAudit: Pick<SignInAudit, 'confirm'>;
  logger: Logger;
}

const MINUTE_MS = 60_000;

export function signInRoutes({ auth, metrics, writeAudit, signInAudit, logger }: SignInRouteDeps): Router {
  const router = Router();

  /**
   * Not awaited: an answer that took longer would tell which emails exist. An unknown email is not kept, because
   * people type passwords into the wrong field. One line a minute is enough, however many guesses there are.
   */
  async function auditRefusal(email: string, address: string): Promise<void> {
    const person = await auth.people.findByEmail(email);
    if (!person) return;
    await writeAudit({
      actor: null,
      action: 'person.signInRefused',
      subject: personSubject(person),
      details: { address },
      key: `signInRefused:${Math.floor(currentTimeMs() / MINUTE_MS)}`,
    });
  }

  router.post(`${AUTH_BASE_PATH}/sign-in/email`, async (req, res) => {
    const checked = signInBody.safeParse(req.body ?? {});
    if (!checked.success) {
      const field = checked.error.issues[0]?.path.join('.');
      throw new DeskError('badRequest', {
        message: 'An email and a password are required',
        ...(field && { field }),
      });
    }
    const { email, password, rememberMe } = checked.data;
    const deviceId = auth.devices.find(req.headers.cookie, email);
    const attempt = await auth.limits.consume({ address: req.ip ?? '', email, deviceId });
    if (attempt.kind === 'refused') {
      metrics.signIns.inc({ outcome: 'limited' });
      throw new DeskError('tooManyRequests', {
        message: 'Too many failed sign-in attempts',
        retryAfterS: attempt.retryAfterS,
      });
    }
    try {
      const { headers, response } = await auth.library.api.signInEmail({
        body: { email, password, rememberMe },
        headers: libraryHeaders(req),
        returnHeaders: true,
      });
      metrics.signIns.inc({ outcome: 'signedIn' });
      await attempt.giveBack();
      const { user, token } = response;
      const person = { id: user.id, name: user.name };
      await signInAudit.confirm({ person, token, address: req.ip ?? null });
      const cookies = [...headers.getSetCookie(), auth.devices.remember(req.headers.cookie, email)];
      const { mustChangePassword } = user as { mustChangePassword?: boolean | null };
      answerWithCookies(res, cookies, mustChangePassword ? { mustChangePassword: true } : {});
    } catch (error) {
      metrics.signIns.inc({ outcome: 'refused' });
      // Neither the right password of a switched-off account nor a store that is away counts as a guess.
      if (!(error instanceof APIError) || error.statusCode !== 401)
        await attempt.giveBack().catch(() => undefined);
      if (error instanceof APIError)
        auditRefusal(email, req.ip ?? '').catch((cause: unknown) =>
          logger.warn({ err: cause }, 'a refused sign-in could not be written to the audit'),
        );
      throw toDeskError(error);
    }
  });

  router.post(`${AUTH_BASE_PATH}/sign-out`, async (req, res) => {
    await auth.sessions.endSession(req.headers);
    try {
      // The session is gone; only the cookies remain to be removed.
      const { headers } = await auth.library.api.signOut({
        headers: libraryHeaders(req),
        returnHeaders: true,
      });
      answerWithCookies(res, headers.getSetCookie());
    } catch (error) {
      throw toDeskError(error);
    }
  });

  return router;
}

/** Only the headers that the library needs: a caller cannot choose an address, an origin or a host for it. */
function libraryHeaders(req: Request): Headers {
  return fromNodeHeaders({
    cookie: req.headers.cookie,
    'user-agent': req.headers['user-agent'],
    [CLIENT_ADDRESS_HEADER]: req.ip ?? '',
  });
}

/** The session's token stays in its cookie; no answer's body contains it. */
function answerWithCookies(res: Response, cookies: string[], more: { mustChangePassword?: true } = {}): void {
  for (const cookie of cookies) res.append('Set-Cookie', cookie);
  res.setHeader('Cache-Control', 'no-store');
  res.json({ ok: true, ...more });
}

function toDeskError(error: unknown): unknown {
  if (!(error instanceof APIError)) return error;
  const code = codeOfStatus[error.statusCode];
  return code ? new DeskError(code, { message: error.message, cause: error }) : error;
}
