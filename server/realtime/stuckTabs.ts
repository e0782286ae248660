/**
 * Disconnects tabs that do not read what is sent to them. Engine.IO keeps packets in memory until the connection takes
 * them, without a bound; a tab that answers pings without reading would keep them for ever. A tab that is disconnected
 * by mistake reconnects and resumes by revision, so nothing is lost.
 */
import type { Logger } from 'pino';
import type { DeskServer } from './deskSocket.ts';

/** Some seconds of changes at the highest rate that a desk has been measured with. */
const WAITING_CHARS_MAX = 8 * 1024 * 1024;

interface Packet {
  data?: unknown;
}

export interface StuckTabsOptions {
  logger: Logger;
  /** Packets that wait for their connection; what was handed to it is not counted. */
  waitingCharsMax?: number | undefined;
}

export function disconnectStuckTabs(
  io: DeskServer,
  { logger, waitingCharsMax = WAITING_CHARS_MAX }: StuckTabsOptions,
): void {
  io.engine.on('connection', (connection: StuckConnection) => {
    let waitingChars = 0;
    connection.on('packetCreate', ({ data }: Packet) => {
      if (waitingChars > waitingCharsMax) return;
      if (typeof data === 'string') waitingChars += data.length;
      if (waitingChars <= waitingCharsMax) return;
      // One long answer may exceed the bound too, but the connection takes it in this turn of the event loop.
      setImmediate(() => {
        if (waitingChars <= waitingCharsMax) return;
        logger.warn({ waitingChars }, 'a tab that does not read is disconnected');
        connection.close(true);
      });
    });
    // The connection takes all that waits at once.
    connection.on('flush', () => {
      waitingChars = 0;
    });
  });
}

/** Of Engine.IO's socket; `discard` does not wait until its packets are sent. */
interface StuckConnection {
  on(event: 'packetCreate', listener: (packet: Packet) => void): unknown;
  on(event: 'flush', listener: () => void): unknown;
  close(discard: true): void;
}
