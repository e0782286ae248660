/** Builds everything about people and sign-in on one store, and ties their forgetting together. */
import type { Connection } from 'mongoose';
import type { Change } from '../../shared/events.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import { buildAuthIndexes } from './authIndexes.ts';
import { type BetterAuth, createBetterAuth } from './betterAuth.ts';
import { createSessionReader, type SessionReader } from './currentPerson.ts';
import { createPeople, type People } from './people.ts';
import type { CurrentPerson } from './signedIn.ts';
import { createSignInLimits, type SignInLimits } from './signInLimits.ts';

export interface Auth {
  people: People;
  currentPerson: CurrentPerson;
  /** Makes this process ask the store again who the person is: another process has changed them. */
  forgetPerson(personId: string): void;
  /** For `http/signIn.route.ts`. */
  library: BetterAuth;
  limits: SignInLimits;
  sessions: SessionReader;
}

export interface AuthParts {
  connection: Connection;
  /** As browsers see it; tells whether cookies are Secure. */
  publicUrl: string;
  authSecret: string;
  logger: Logger;
  metrics: Metrics;
  announce: (change: Change) => void;
  /** The person's sessions are gone, here: drop their sockets, in every process. */
  onSessionsEnded: (personId: string) => void;
}

export async function openAuth(parts: AuthParts): Promise<Auth> {
  const db = parts.connection.getClient().db(parts.connection.name);
  const limits = createSignInLimits(db);
  await buildAuthIndexes(db);
  await limits.buildIndexes();
  const library = createBetterAuth({
    db,
    publicUrl: parts.publicUrl,
    authSecret: parts.authSecret,
    logger: parts.logger,
  });
  const sessions = await createSessionReader(library);
  const people = createPeople({
    db,
    auth: library,
    announce: (change) => {
      if (change.type === 'person.changed') sessions.forgetPerson(change.person.id);
      parts.announce(change);
    },
    onSessionsEnded: (personId) => {
      sessions.forgetPerson(personId);
      parts.onSessionsEnded(personId);
    },
  });
  return {
    people,
    currentPerson: sessions.currentPerson,
    forgetPerson: sessions.forgetPerson,
    library,
    limits,
    sessions,
  };
}
