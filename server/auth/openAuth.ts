/** Builds people and sign-in on one store, and connects their caches. */
import type { Connection } from 'mongoose';
import type { Change } from '../../shared/events.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import { buildAuthIndexes } from './authIndexes.ts';
import { type BetterAuth, createBetterAuth, type NewSession, type PasswordHashing } from './betterAuth.ts';
import { createSessionReader, type SessionReader } from './currentPerson.ts';
import { createKnownDevices, type KnownDevices } from './knownDevices.ts';
import { createLiveSessions, type LiveSessions } from './liveSessions.ts';
import { createOwnAccount, type OwnAccount } from './ownAccount.ts';
import { createPeople, type People } from './people.ts';
import type { CurrentPerson, Revocation } from './signedIn.ts';
import { createSignInLimits, type SignInLimits } from './signInLimits.ts';

export interface Auth {
  people: People;
  ownAccount: OwnAccount;
  currentPerson: CurrentPerson;
  /** Clears this process's cache: another process has ended a session or changed a person. */
  forget(revocation: Revocation): void;
  liveSessions: LiveSessions;
  /** For `http/signIn.route.ts`. */
  library: BetterAuth;
  limits: SignInLimits;
  devices: KnownDevices;
  sessions: SessionReader;
}

export interface AuthDeps {
  connection: Connection;
  /** As browsers see it; decides whether cookies are Secure. */
  publicUrl: string;
  authSecret: string;
  passwordHashing?: PasswordHashing | undefined;
  /** Called when a password was right. If it rejects, nobody is signed in. */
  beforeSession: (session: NewSession) => Promise<void>;
  logger: Logger;
  metrics: Metrics;
  publish: (change: Change) => void;
  /** Sessions are gone from the store: their sockets must close, in every process. */
  onRevoked: (revocation: Revocation) => void;
}

export async function openAuth(deps: AuthDeps): Promise<Auth> {
  const db = deps.connection.getClient().db(deps.connection.name);
  const limits = createSignInLimits(db);
  await buildAuthIndexes(db);
  await limits.buildIndexes();
  const library = createBetterAuth({
    db,
    publicUrl: deps.publicUrl,
    authSecret: deps.authSecret,
    passwordHashing: deps.passwordHashing,
    beforeSession: deps.beforeSession,
    logger: deps.logger,
  });
  const sessions = await createSessionReader(library, deps.onRevoked);
  const onRevoked = (revocation: Revocation) => {
    sessions.forget(revocation);
    deps.onRevoked(revocation);
  };
  const people = createPeople({
    db,
    auth: library,
    publish: (change) => {
      if (change.type === 'person.changed') sessions.forget({ kind: 'person', personId: change.person.id });
      deps.publish(change);
    },
    onRevoked,
  });
  return {
    people,
    ownAccount: createOwnAccount({
      db,
      auth: library,
      people,
      publish: deps.publish,
      onRevoked,
      forget: sessions.forget,
    }),
    currentPerson: sessions.currentPerson,
    forget: sessions.forget,
    liveSessions: createLiveSessions(db),
    library,
    limits,
    devices: createKnownDevices(deps),
    sessions,
  };
}
