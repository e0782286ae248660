/**
 * What people change of their own sign-in: the password and the email. The present password must be given, because a
 * session alone may be a browser that somebody left open. Limits of guesses are the caller's.
 */
import { type Db, ObjectId } from 'mongodb';
import type { Change } from '../../shared/events.ts';
import { currentTime } from '../work/clock.ts';
import type { BetterAuth } from './betterAuth.ts';
import type { People } from './people.ts';
import { authCollections, type PersonDocument, toSignedInPerson } from './personDocument.ts';
import type { Revocation, SignedInPerson } from './signedIn.ts';

export interface OwnAccount {
  /** Ends the person's other sessions and keeps this one. */
  changePassword(
    person: SignedInPerson,
    sessionId: string,
    passwords: { current: string; next: string },
  ): Promise<'changed' | 'passwordWrong' | 'passwordSame'>;
  changeEmail(
    person: SignedInPerson,
    given: { current: string; email: string },
  ): Promise<
    { kind: 'changed'; person: SignedInPerson } | { kind: 'passwordWrong' } | { kind: 'emailTaken' }
  >;
  /** Published to the person's own tabs only. */
  setMarksRead(person: SignedInPerson, marksRead: boolean): Promise<SignedInPerson>;
}

export interface OwnAccountDeps {
  publish: (change: Change) => void;
  db: Db;
  auth: BetterAuth;
  people: Pick<People, 'isPassword' | 'changePerson'>;
  /** Called for each ended session: its sockets must close too, in every process. */
  onRevoked: (revocation: Revocation) => void;
  /** Clears this process's cache of the person. */
  forget: (revocation: Revocation) => void;
}

export function createOwnAccount(deps: OwnAccountDeps): OwnAccount {
  const { db, auth, people, onRevoked, forget, publish } = deps;
  async function endOtherSessions(personId: string, sessionId: string): Promise<void> {
    const { internalAdapter } = await auth.$context;
    for (const { id, token } of await internalAdapter.listSessions(personId)) {
      if (id === sessionId) continue;
      await internalAdapter.deleteSession(token);
      onRevoked({ kind: 'session', sessionId: id });
    }
  }

  return {
    async changePassword(person, sessionId, { current, next }) {
      if (!(await people.isPassword(person.email, current))) return 'passwordWrong';
      if (current === next) return 'passwordSame';
      const { internalAdapter, password } = await auth.$context;
      // First: a thief's session must not outlive the password, wherever this stops. Repeating it does no harm.
      await endOtherSessions(person.id, sessionId);
      await internalAdapter.updatePassword(person.id, await password.hash(next));
      await db
        .collection<PersonDocument>(authCollections.people)
        .updateOne(
          { _id: new ObjectId(person.id) },
          { $set: { mustChangePassword: false, updatedAt: currentTime() } },
        );
      // Somebody may have signed in with the former password meanwhile.
      await endOtherSessions(person.id, sessionId);
      forget({ kind: 'person', personId: person.id });
      return 'changed';
    },

    async changeEmail(person, { current, email }) {
      if (!(await people.isPassword(person.email, current))) return { kind: 'passwordWrong' };
      const changed = await people.changePerson(person.id, { email });
      if (changed.kind === 'changed' || changed.kind === 'emailTaken') return changed;
      throw new Error(`A person could not change their own email: ${changed.kind}`);
    },

    async setMarksRead(person, marksRead) {
      const document = await db
        .collection<PersonDocument>(authCollections.people)
        .findOneAndUpdate(
          { _id: new ObjectId(person.id) },
          { $set: { marksRead, updatedAt: currentTime() } },
          { returnDocument: 'after' },
        );
      if (!document) throw new Error('A person vanished while changing how they read');
      forget({ kind: 'person', personId: person.id });
      const changed = toSignedInPerson(document);
      publish({ type: 'reading.changed', personId: person.id, marksRead: changed.marksRead });
      return changed;
    },
  };
}
