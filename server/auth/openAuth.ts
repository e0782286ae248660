/** Builds everything about people and sign-in on one store, and ties their forgetting together. */
import type { Connection } from 'mongoose';
import type { Change } from '../../shared/events.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import { buildAuthIndexes } from './authIndexes.ts';
import { type BetterAuth, createBetterAuth } from './betterAuth.ts';
import { createSessionReader, type SessionReader } from './currentPerson.ts';
import { createKnownDevices, type KnownDevices } from './knownDevices.ts';
import { createLiveSessions, type LiveSessions } from './liveSessions.ts';
import { createPeople, type People } from './people.ts';
import type { CurrentPerson, Ended } from './signedIn.ts';
import { createSignInLimits, type SignInLimits } from './signInLimits.ts';

export interface Auth {
  people: People;
  currentPerson: CurrentPerson;
  /** Makes this process ask the store again: another process has ended a session or changed a person. */
  forget(ended: Ended): void;
  liveSessions: LiveSessions;
  /** For `http/signIn.route.ts`. */
  library: BetterAuth;
  limits: SignInLimits;
  devices: KnownDevices;
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
  /** Sessions are gone from the store: their sockets must go, in every process. */
  onEnded: (ended: Ended) => void;
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
  const sessions = await createSessionReader(library, parts.onEnded);
  const people = createPeople({
    db,
    auth: library,
    announce: (change) => {
      if (change.type === 'person.changed') sessions.forget({ kind: 'person', personId: change.person.id });
      parts.announce(change);
    },
    onEnded: (ended) => {
      sessions.forget(ended);
      parts.onEnded(ended);
    },
  });
  return {
    people,
    currentPerson: sessions.currentPerson,
    forget: sessions.forget,
    liveSessions: createLiveSessions(db),
    library,
    limits,
    devices: createKnownDevices(parts),
    sessions,
  };
}
