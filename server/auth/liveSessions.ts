/**
 * Which of these sessions are still valid, and the current state of their people. For sockets, which hold a session
 * open far longer than a request does.
 */

import { type Db, ObjectId } from 'mongodb';
import { currentTime } from '../work/clock.ts';
import { authCollections, type PersonDocument, toSignedInPerson } from './personDocument.ts';
import type { SignedInPerson } from './signedIn.ts';

interface SessionDocument {
  _id: ObjectId;
  userId: ObjectId;
  expiresAt: Date;
}

/** By session id, the person as they are now; ended, expired and unknown sessions are left out. */
export type LiveSessions = (sessionIds: Iterable<string>) => Promise<Map<string, SignedInPerson>>;

export function createLiveSessions(db: Db): LiveSessions {
  const sessions = db.collection<SessionDocument>(authCollections.sessions);
  const people = db.collection<PersonDocument>(authCollections.people);
  return async (sessionIds) => {
    const ids = [...sessionIds].map((sessionId) => new ObjectId(sessionId));
    const live = await sessions
      .find({ _id: { $in: ids }, expiresAt: { $gt: currentTime() } }, { projection: { userId: 1 } })
      .toArray();
    const owners = await people.find({ _id: { $in: live.map((session) => session.userId) } }).toArray();
    const personById = new Map(owners.map((owner) => [owner._id.toHexString(), toSignedInPerson(owner)]));
    const found = new Map<string, SignedInPerson>();
    for (const session of live) {
      const person = personById.get(session.userId.toHexString());
      if (person?.isActive) found.set(session._id.toHexString(), person);
    }
    return found;
  };
}
