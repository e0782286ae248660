/** The types of the desk's sockets: which events they carry, and whose tab a socket belongs to. */
import type { Server, Socket } from 'socket.io';
import type { ClientToServer, ServerToClient } from '../../shared/events.ts';
import type { SignedInPerson } from '../auth/signedIn.ts';

/** Whose tab this is, as it was read when the socket connected; a change of rights ends the socket. */
export interface SocketData {
  person: SignedInPerson;
  sessionId: string;
  /** When the check began, by `performance.now`. */
  checkedAtMs: number;
}
export type DeskServer = Server<ClientToServer, ServerToClient, Record<string, never>, SocketData>;
export type DeskSocket = Socket<ClientToServer, ServerToClient, Record<string, never>, SocketData>;
