/**
 * Where the time of one message went, from the client's phone to one tab. `watchDesk.mjs` notes the desk's stages as
 * rows of numbers; the sandbox and the tabs know the rest.
 */

/** When a message passed each point of the desk; 0 where this was not seen. */
export interface DeskTimes {
  receivedMs: number;
  storingMs: number;
  storedMs: number;
  emittingMs: number;
  emittedMs: number;
}
/** By `stageKey`. */
export type StageTimes = Map<string, DeskTimes>;

/**
 * In order. "poll" is the time until the sandbox has answered the program's poll: the writer's own time, and the wait
 * while the program does not ask.
 */
export const stageNames = ['poll', 'network', 'intake', 'store', 'announce', 'emit', 'delivery'] as const;
export type StageName = (typeof stageNames)[number];
export type StageDurations = Record<StageName, number>;

export const stageKey = (userId: number, cmid: number): string => `${userId}:${cmid}`;

/** The columns of `watchDesk.mjs`. */
const ROW = 6;
const points = ['receivedMs', 'storingMs', 'storedMs', 'emittingMs', 'emittedMs'] as const;
const IS_EMITTING = points.indexOf('emittingMs');

export function readStages(rows: Float64Array): StageTimes {
  const byNumber: StageTimes = new Map();
  const byMessageId = new Map<string, DeskTimes>();
  for (let at = 0; at + ROW <= rows.length; at += ROW) {
    const [point = 0, atMs = 0, userId = 0, cmid = 0, idHead = 0, idTail = 0] = rows.subarray(at, at + ROW);
    const messageId = `${idHead}:${idTail}`;
    let times = byMessageId.get(messageId);
    if (point < IS_EMITTING) {
      const key = stageKey(userId, cmid);
      times = byNumber.get(key) ?? { receivedMs: 0, storingMs: 0, storedMs: 0, emittingMs: 0, emittedMs: 0 };
      byNumber.set(key, times);
      if (points[point] !== 'receivedMs') byMessageId.set(messageId, times);
    }
    const name = points[point];
    // The first time counts: a later packet may name the message again, because something else of it changed.
    if (times && name && times[name] === 0) times[name] = atMs;
  }
  return byNumber;
}

/**
 * Null when the desk did not report every point. A tab may have its packet before it was handed to the last one: then
 * the stage "emit" ends with the arrival. The parts add up to the whole time.
 * @param handedMs when the sandbox had answered the poll that brought the message.
 */
export function stageDurations(
  sentMs: number,
  handedMs: number,
  times: DeskTimes | undefined,
  arrivedMs: number,
): StageDurations | null {
  if (!times || points.some((name) => times[name] === 0)) return null;
  const ends = [handedMs, ...points.map((name) => times[name]), arrivedMs];
  const durations = {} as StageDurations;
  let before = sentMs;
  stageNames.forEach((name, index) => {
    const end = Math.max(before, Math.min(ends[index]!, arrivedMs));
    durations[name] = end - before;
    before = end;
  });
  return durations;
}
