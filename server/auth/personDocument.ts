/** A person as stored in the `people` collection, and as others may see them. */
import type { ObjectId } from 'mongodb';
import type { PersonAccount, PersonView, Role } from '../../shared/schemas/person.ts';
import type { SignedInPerson } from './signedIn.ts';

export interface PersonDocument {
  _id: ObjectId;
  name: string;
  email: string;
  emailVerified: boolean;
  image?: string | null;
  role: Role;
  /** Null means every community. */
  communityIds?: string[] | null;
  isActive: boolean;
  /** True while the password is one that somebody else has chosen. Absent in documents of 0.2.0 and before. */
  mustChangePassword?: boolean | null;
  /** What the person chose; absent until then. See `marksReadOf`. */
  marksRead?: boolean | null;
  createdAt: Date;
  updatedAt: Date;
}

export const authCollections = {
  people: 'people',
  sessions: 'sessions',
  accounts: 'accounts',
  verifications: 'verifications',
} as const;

export function toSignedInPerson(document: PersonDocument): SignedInPerson {
  return {
    id: document._id.toHexString(),
    name: document.name,
    email: document.email,
    avatarUrl: document.image ?? null,
    role: document.role,
    communityIds: document.communityIds ?? null,
    isActive: document.isActive,
    marksRead: marksReadOf(document),
  };
}

/**
 * Agents always mark what they read. Supervisors read without marks until they choose otherwise. An administrator
 * marks: in a small company this is the person who answers.
 */
export function marksReadOf({ role, marksRead }: Pick<PersonDocument, 'role' | 'marksRead'>): boolean {
  if (role === 'agent') return true;
  return marksRead ?? role === 'administrator';
}

export function toPersonAccount(person: SignedInPerson): PersonAccount {
  const { email, communityIds, marksRead } = person;
  return { ...toPersonView(person), email, communityIds, marksRead };
}

export function toPersonView({ id, name, avatarUrl, role, isActive }: SignedInPerson): PersonView {
  return { id, name, avatarUrl, role, isActive };
}
