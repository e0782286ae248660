/** The types of the desk's sockets: their events, and the person whose tab a socket belongs to. */
import type { Server, Socket } from 'socket.io';
import type { ClientToServer, ServerToClient } from '../../shared/events.ts';
import type { SignedInPerson } from '../auth/signedIn.ts';

/** The person as read when the socket connected; a change of rights closes the socket. */
export interface SocketData {
  person: SignedInPerson;
  sessionId: string;
  /** When the sign-in check began, by `performance.now`. */
  checkedAtMs: number;
}
export type DeskServer = Server<ClientToServer, ServerToClient, Record<string, never>, SocketData>;
export type DeskSocket = Socket<ClientToServer, ServerToClient, Record<string, never>, SocketData>;
