/** The person behind a request or a socket, as routes and sockets ask for it. */
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
  /** Whether opening a thread marks it as read for this person. */
  marksRead: boolean;
}

export interface SignedIn {
  person: SignedInPerson;
  sessionId: string;
  expiresAt: Date;
  /** Their password is one that somebody else has chosen: they may change it, and nothing else. */
  mustChangePassword: boolean;
}

/** What has ended, without any secret: one session by its database id, or all sessions of a person. */
export type Revocation = { kind: 'session'; sessionId: string } | { kind: 'person'; personId: string };

export interface CurrentPersonOptions {
  /** Receives the cookies of a prolonged session. Without it the session is only read, never prolonged. */
  onCookies?: (cookies: string[]) => void;
  /** Also returns a person who must change the password first; the caller then allows only that. */
  isBeforePasswordChange?: boolean;
}

/** Null without a valid session. Rejects when the store does not answer. */
export type CurrentPerson = (
  headers: IncomingHttpHeaders,
  options?: CurrentPersonOptions,
) => Promise<SignedIn | null>;
