/**
 * One client: its messages are answered in the order they came. An unreadable message closes only this connection.
 */
import type { Socket } from 'node:net';
import type { ConnectionState } from '../commands/command.ts';
import { errorReply } from '../errors.ts';
import type { StoreLogger } from '../log.ts';
import { MalformedMessage, MessageReader, parseMessage, type Request, replyMessage } from './messages.ts';

export type Answer = (request: Request, connection: ConnectionState) => Promise<object | Buffer>;

/** Reading pauses while this many messages of one client wait. */
const maxWaiting = 100;

export function serveConnection(
  socket: Socket,
  state: ConnectionState,
  answer: Answer,
  logger: StoreLogger,
): void {
  const reader = new MessageReader();
  const waiting: Request[] = [];
  let isBusy = false;
  socket.setNoDelay(true);
  socket.on('error', (error) => logger.debug({ error: error.message }, 'a store connection broke'));
  socket.on('data', (chunk) => {
    try {
      for (const message of reader.push(chunk)) waiting.push(parseMessage(message));
    } catch (error) {
      if (error instanceof MalformedMessage)
        logger.warn({ reason: error.message }, 'closed a store connection that sent an unreadable message');
      else logger.error({ err: error }, 'closed a store connection after an unexpected error');
      socket.destroy();
      return;
    }
    if (waiting.length > maxWaiting) socket.pause();
    void drain();
  });

  async function drain(): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    for (let request = waiting.shift(); request !== undefined; request = waiting.shift()) {
      const reply = await answer(request, state).catch(errorReply);
      if (request.wantsReply && socket.writable) socket.write(framed(request, reply));
      if (socket.isPaused()) socket.resume();
    }
    isBusy = false;
  }

  /** A reply that cannot be encoded, for example one of 20 MB, becomes an error for this client alone. */
  function framed(request: Request, reply: object | Buffer): Buffer {
    try {
      return replyMessage(request, reply);
    } catch (error) {
      logger.error({ err: error }, 'a reply of the store could not be encoded');
      return replyMessage(request, errorReply(error));
    }
  }
}
