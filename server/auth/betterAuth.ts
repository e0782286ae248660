/**
 * The configured sign-in library: passwords, sessions and their cookies. Owns the library's options; people and their
 * rights belong to `people.ts` and `permissions.ts`.
 */
import { mongodbAdapter } from '@better-auth/mongo-adapter';
import { APIError, betterAuth } from 'better-auth';
import { type Db, ObjectId } from 'mongodb';
import { limits } from '../../shared/limits.ts';
import type { Logger } from '../observability/logger.ts';
import { authCollections, type PersonDocument } from './personDocument.ts';

const SESSION_DAYS = 30;
const SESSION_PROLONGED_AFTER_DAYS = 1;
const DAY_S = 24 * 60 * 60;

/** Carries the caller's address from express, which alone knows the trusted proxies. */
export const CLIENT_ADDRESS_HEADER = 'x-desk-client-address';
export const AUTH_BASE_PATH = '/api/auth';

export type BetterAuth = ReturnType<typeof createBetterAuth>;

/** In place of the library's own, which is scrypt. */
export interface PasswordHashing {
  hash(password: string): Promise<string>;
  verify(stored: { hash: string; password: string }): Promise<boolean>;
}

/** A session that is about to be stored. */
export interface NewSession {
  person: { id: string; name: string };
  token: string;
  address: string | null;
}

export interface BetterAuthDeps {
  db: Db;
  publicUrl: string;
  authSecret: string;
  passwordHashing?: PasswordHashing | undefined;
  /** Called when a password was right. If it rejects, nobody is signed in. */
  beforeSession: (session: NewSession) => Promise<void>;
  logger: Logger;
}

export function createBetterAuth({
  db,
  publicUrl,
  authSecret,
  passwordHashing,
  beforeSession,
  logger,
}: BetterAuthDeps) {
  const people = db.collection<PersonDocument>(authCollections.people);
  return betterAuth({
    appName: 'Notify Inbox',
    baseURL: publicUrl,
    basePath: AUTH_BASE_PATH,
    secret: authSecret,
    // Without a client the adapter uses no transactions, which the embedded store does not have.
    database: mongodbAdapter(db),
    telemetry: { enabled: false },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: limits.passwordCharsMin,
      maxPasswordLength: limits.passwordCharsMax,
      revokeSessionsOnPasswordReset: true,
      ...(passwordHashing && { password: passwordHashing }),
    },
    user: {
      modelName: authCollections.people,
      additionalFields: {
        role: { type: 'string', required: true, input: false, defaultValue: 'agent' },
        communityIds: { type: 'string[]', required: false, input: false, defaultValue: null },
        isActive: { type: 'boolean', required: true, input: false, defaultValue: true },
        mustChangePassword: { type: 'boolean', required: false, input: false, defaultValue: false },
        marksRead: { type: 'boolean', required: false, input: false },
        locale: { type: 'string', required: false, input: false },
      },
    },
    session: {
      modelName: authCollections.sessions,
      expiresIn: SESSION_DAYS * DAY_S,
      updateAge: SESSION_PROLONGED_AFTER_DAYS * DAY_S,
    },
    account: { modelName: authCollections.accounts },
    verification: { modelName: authCollections.verifications },
    // `signInLimits.ts` counts sign-in attempts: by address and by email, exactly, in the database.
    rateLimit: { enabled: false },
    databaseHooks: {
      session: {
        create: {
          before: async (session) => {
            const person = await people.findOne({ _id: new ObjectId(session.userId) });
            if (!person?.isActive)
              throw new APIError('FORBIDDEN', {
                code: 'SWITCHED_OFF',
                message: 'This account is deactivated',
              });
            const { token, ipAddress } = session;
            await beforeSession({
              person: { id: session.userId, name: person.name },
              token,
              address: ipAddress || null,
            });
          },
        },
      },
    },
    advanced: {
      cookiePrefix: 'desk',
      useSecureCookies: publicUrl.startsWith('https:'),
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax' },
      ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS_HEADER] },
      // Requests from other origins are refused earlier, by http/sameOrigin.ts, which knows the port even when it is
      // random.
      disableCSRFCheck: true,
      database: { validateSchema: false },
    },
    logger: {
      // The library's warnings name no person ("Invalid password"), and wrong passwords are counted elsewhere.
      level: 'error',
      log: (level, message, ...details) => {
        if (level === 'error')
          logger.error({ err: details.find((detail) => detail instanceof Error) }, `Sign-in: ${message}`);
      },
    },
  });
}
