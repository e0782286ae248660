/**
 * Indexes of the sign-in collections, built before anything is stored. The library builds most of them itself, but in
 * the background and ignoring failures; a second account for one email must be impossible from the start.
 */
import type { Db } from 'mongodb';
import { authCollections } from './personDocument.ts';

export async function buildAuthIndexes(db: Db): Promise<void> {
  // The names are the library's own, so that its later attempt finds the index.
  await db
    .collection(authCollections.people)
    .createIndex({ email: 1 }, { name: 'people_email_uidx', unique: true });
  const sessions = db.collection(authCollections.sessions);
  await sessions.createIndex({ token: 1 }, { name: 'sessions_token_uidx', unique: true });
  await sessions.createIndex({ userId: 1 }, { name: 'sessions_userId_idx' });
  await sessions.createIndex({ expiresAt: 1 }, { name: 'sessions_expiresAt_ttl', expireAfterSeconds: 0 });
  const accounts = db.collection(authCollections.accounts);
  await accounts.createIndex({ userId: 1 }, { name: 'accounts_userId_idx' });
  await accounts.createIndex(
    { providerId: 1, accountId: 1 },
    { name: 'accounts_provider_uidx', unique: true },
  );
  await db
    .collection(authCollections.verifications)
    .createIndex({ identifier: 1 }, { name: 'verifications_identifier_idx' });
}
