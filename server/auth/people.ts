/**
 * The people who can sign in: adds, changes and deactivates them. Publishes each change and ends the sessions of
 * people whose rights changed. Passwords and sessions themselves belong to the sign-in library.
 */

import { type Db, ObjectId } from 'mongodb';
import type { z } from 'zod';
import type { Change } from '../../shared/events.ts';
import type { newPerson, personPatch } from '../../shared/schemas/person.ts';
import { isDuplicateKey } from '../storage/database.ts';
import { currentTime } from '../work/clock.ts';
import { type AdministratorGuard, createAdministratorGuard } from './administratorGuard.ts';
import type { BetterAuth } from './betterAuth.ts';
import { authCollections, type PersonDocument, toPersonView, toSignedInPerson } from './personDocument.ts';
import type { Revocation, SignedInPerson } from './signedIn.ts';

export type NewPerson = z.output<typeof newPerson>;
export type PersonPatch = z.output<typeof personPatch>;

export type Added =
  /** `isPasswordStored` is false when another process gave this person a password at the same moment. */
  { kind: 'added'; person: SignedInPerson; isPasswordStored: boolean } | { kind: 'emailTaken' };
export type Changed =
  | { kind: 'changed'; before: SignedInPerson; person: SignedInPerson }
  | { kind: 'notFound' }
  | { kind: 'emailTaken' }
  | { kind: 'lastAdministrator' };

export interface People {
  listPeople(): Promise<SignedInPerson[]>;
  readPerson(personId: string): Promise<SignedInPerson | null>;
  /** Null for an unknown email. */
  findByEmail(email: string): Promise<SignedInPerson | null>;
  /** @param options.mustChangePassword false when the person has chosen the password. */
  addPerson(given: NewPerson, options?: PasswordOptions): Promise<Added>;
  changePerson(personId: string, patch: PersonPatch, options?: PasswordOptions): Promise<Changed>;
  endSessions(personId: string): Promise<void>;
  /** False also for an unknown email. */
  isPassword(email: string, password: string): Promise<boolean>;
}

export interface PasswordOptions {
  /** Whether a password given here must be changed at the next sign-in; true when absent. */
  mustChangePassword?: boolean;
}

export interface PeopleDeps {
  db: Db;
  auth: BetterAuth;
  publish: (change: Change) => void;
  /** Called after a person's sessions are gone: their sockets must close too, in every process. */
  onRevoked: (revocation: Revocation) => void;
}

export function createPeople({ db, auth, publish, onRevoked: onEnded }: PeopleDeps): People {
  const people = peopleCollection(db);
  const guard = createAdministratorGuard(db);

  /** A person whose addition was cut short has no account: adding them again completes it. */
  async function findHalfAdded(email: string): Promise<ObjectId | null> {
    const { internalAdapter } = await auth.$context;
    const found = await people.findOne({ email });
    if (!found || (await internalAdapter.findCredentialAccount(found._id.toHexString()))) return null;
    return found._id;
  }

  async function endSessions(personId: string): Promise<void> {
    const { internalAdapter } = await auth.$context;
    await internalAdapter.deleteUserSessions(personId);
    onEnded({ kind: 'person', personId });
  }

  return {
    endSessions,

    async isPassword(email, given) {
      const { internalAdapter, password } = await auth.$context;
      const document = await people.findOne({ email });
      const account = document && (await internalAdapter.findCredentialAccount(document._id.toHexString()));
      return account?.password ? password.verify({ hash: account.password, password: given }) : false;
    },

    async listPeople() {
      const documents = await people.find().sort({ _id: 1 }).toArray();
      return documents.map(toSignedInPerson);
    },

    async readPerson(personId) {
      const document = await people.findOne({ _id: new ObjectId(personId) });
      return document && toSignedInPerson(document);
    },

    async findByEmail(email) {
      const document = await people.findOne({ email: email.toLowerCase() });
      return document && toSignedInPerson(document);
    },

    async addPerson(given, { mustChangePassword = true } = {}) {
      const { internalAdapter, password } = await auth.$context;
      const hash = await password.hash(given.password);
      const { name, email, role, communityIds } = given;
      let personId: string;
      try {
        const made = await internalAdapter.createUser(
          {
            name,
            email: email.toLowerCase(),
            emailVerified: false,
            role,
            communityIds,
            isActive: true,
            mustChangePassword,
          },
          { method: 'admin' },
        );
        personId = made.id;
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        const half = await findHalfAdded(email.toLowerCase());
        if (!half) return { kind: 'emailTaken' };
        await people.updateOne({ _id: half }, { $set: { name, role, communityIds, mustChangePassword } });
        personId = half.toHexString();
      }
      const isPasswordStored = await openAccount(internalAdapter, personId, hash);
      const document = await people.findOne({ _id: new ObjectId(personId) });
      if (!document) throw new Error('A person vanished while being added');
      if (isActiveAdministrator(document)) await guard.add(document._id);
      const person = toSignedInPerson(document);
      publish({ type: 'person.changed', person: toPersonView(person) });
      return { kind: 'added', person, isPasswordStored };
    },

    async changePerson(personId, { password: newPassword, ...given }, { mustChangePassword = true } = {}) {
      const fields = {
        ...given,
        ...(given.email !== undefined && { email: given.email.toLowerCase() }),
        ...(newPassword !== undefined && { mustChangePassword }),
      };
      const { internalAdapter, password } = await auth.$context;
      const changed = await changeFields({ people, guard }, new ObjectId(personId), fields);
      if (changed.kind !== 'changed') return changed;
      if (newPassword !== undefined) {
        const hash = await password.hash(newPassword);
        if (!(await openAccount(internalAdapter, personId, hash)))
          await internalAdapter.updatePassword(personId, hash);
      }
      const person = toSignedInPerson(changed.after);
      if (newPassword !== undefined || hasOtherRights(toSignedInPerson(changed.before), person))
        await endSessions(personId);
      publish({ type: 'person.changed', person: toPersonView(person) });
      return { kind: 'changed', before: toSignedInPerson(changed.before), person };
    },
  };
}

type InternalAdapter = Awaited<BetterAuth['$context']>['internalAdapter'];
type FieldsChanged =
  | { kind: 'changed'; before: PersonDocument; after: PersonDocument }
  | { kind: 'notFound' }
  | { kind: 'emailTaken' }
  | { kind: 'lastAdministrator' };

/** Compare-and-set; repeats when another process changed the person's rights in between. */
async function changeFields(
  { people, guard }: { people: ReturnType<typeof peopleCollection>; guard: AdministratorGuard },
  _id: ObjectId,
  fields: Omit<PersonPatch, 'password'> & { mustChangePassword?: boolean },
): Promise<FieldsChanged> {
  for (;;) {
    const before = await people.findOne({ _id });
    if (!before) return { kind: 'notFound' };
    const wanted = { ...before, ...fields };
    const stepsDown = isActiveAdministrator(before) && !isActiveAdministrator(wanted);
    if (stepsDown && !(await guard.remove(_id))) return { kind: 'lastAdministrator' };
    const after = await people
      .findOneAndUpdate(
        { _id, role: before.role, isActive: before.isActive },
        { $set: { ...fields, updatedAt: currentTime() } },
        { returnDocument: 'after' },
      )
      .catch((error: unknown) => {
        if (isDuplicateKey(error)) return 'emailTaken' as const;
        throw error;
      });
    if (after === 'emailTaken') return { kind: 'emailTaken' };
    if (!after) continue;
    if (isActiveAdministrator(after)) await guard.add(_id);
    return { kind: 'changed', before, after };
  }
}

function peopleCollection(db: Db) {
  return db.collection<PersonDocument>(authCollections.people);
}

/** False when the account exists already. A person whose creation was cut short by a crash has none. */
async function openAccount(
  internalAdapter: InternalAdapter,
  personId: string,
  hash: string,
): Promise<boolean> {
  try {
    await internalAdapter.createAccount({
      userId: personId,
      accountId: personId,
      providerId: 'credential',
      password: hash,
    });
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

function isActiveAdministrator({ role, isActive }: Pick<PersonDocument, 'role' | 'isActive'>): boolean {
  return role === 'administrator' && isActive;
}

function hasOtherRights(before: SignedInPerson, after: SignedInPerson): boolean {
  return (
    before.role !== after.role ||
    before.isActive !== after.isActive ||
    JSON.stringify(before.communityIds) !== JSON.stringify(after.communityIds)
  );
}
