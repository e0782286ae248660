/** Who is behind a request or a socket, as every edge asks it. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Role } from '../../shared/schemas/person.ts';

export interface SignedInPerson {
  id: string;
  name: string;
  email: string;
  avatarUrl: string | null;
  role: Role;
  /** Null means every community. */
  communityIds: string[] | null;
  isActive: boolean;
}

export interface SignedIn {
  person: SignedInPerson;
  sessionId: string;
  expiresAt: Date;
}

/** What is over, told without anything secret: one session by its database id, or all that a person had. */
export type Revocation = { kind: 'session'; sessionId: string } | { kind: 'person'; personId: string };

export interface CurrentPersonOptions {
  /** Where a prolonged session's cookies go. Without it the session is only read, never prolonged. */
  onCookies?: (cookies: string[]) => void;
}

/** Null when nobody is signed in. Rejects when the store does not answer. */
export type CurrentPerson = (
  headers: IncomingHttpHeaders,
  options?: CurrentPersonOptions,
) => Promise<SignedIn | null>;
