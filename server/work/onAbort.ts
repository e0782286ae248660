/** Waiting for a signal that many others wait for as well. */
import { setMaxListeners } from 'node:events';

/**
 * Calls the listener once when the signal fires. The returned function takes it back: call it when the wait ends.
 * Node warns of a leak at 11 listeners; a batch of messages with images has far more waits on one signal.
 */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  setMaxListeners(0, signal);
  signal.addEventListener('abort', listener, { once: true });
  return () => signal.removeEventListener('abort', listener);
}
