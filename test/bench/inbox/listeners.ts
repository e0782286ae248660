/** The listeners' process: the sockets of all tabs. It notes when each message was read at each tab. */
import type { Socket } from 'node:net';
import { machineTimeMs } from './clock.ts';
import { answerQuestions } from './ownProcess.ts';
import { type Pauses, watchPauses } from './pauses.ts';
import { openRawTab } from './rawTab.ts';

const pauses = watchPauses();
const sockets: Socket[] = [];
let lost: string[] = [];
/** Times of arrival by message and tab; 0 where nothing has arrived. */
let arrivals = new Float64Array();
let firstNumber = 0;
let arrived = 0;
let tabs = 0;

function onNumber(tab: number, number: number, atMs: number): void {
  const index = (number - firstNumber) * tabs + tab;
  if (number < firstNumber || index >= arrivals.length || arrivals[index] !== 0) return;
  arrivals[index] = atMs;
  arrived += 1;
}

const handlers = {
  /** Opens the tabs; all of them are accepted when it resolves. */
  async open({ url, cookie, count }: { url: string; cookie: string; count: number }): Promise<void> {
    tabs = count;
    const opened = await Promise.all(
      Array.from({ length: count }, (_, tab) =>
        openRawTab({
          url,
          cookie,
          now: machineTimeMs,
          onNumber: (number, atMs) => onNumber(tab, number, atMs),
          onLost: (why) => lost.push(why),
        }),
      ),
    );
    sockets.push(...opened);
  },
  /** From now on these messages are expected. */
  async expect({ first, count }: { first: number; count: number }): Promise<void> {
    arrivals = new Float64Array(count * tabs);
    firstNumber = first;
    arrived = 0;
    await pauses.take();
  },
  arrived: (): { arrived: number; lost: string[] } => ({ arrived, lost }),
  async take(): Promise<{ arrivals: Float64Array; pauses: Pauses }> {
    return { arrivals, pauses: await pauses.take() };
  },
  close(): void {
    for (const socket of sockets.splice(0)) socket.destroy();
    lost = [];
  },
};
export type Listeners = typeof handlers;

answerQuestions(handlers);
