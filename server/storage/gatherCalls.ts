/**
 * Groups calls so that they share their writes: calls that come while others run wait and then run together. A call
 * that comes alone does not wait.
 */

/** @param work returns one answer per call, in order; when it throws, each of its calls fails. */
export function gatherCalls<Call, Answer>(
  work: (calls: Call[]) => Promise<readonly Answer[]>,
  { most, atOnce, sizeOf = () => 1 }: { most: number; atOnce: number; sizeOf?: (call: Call) => number },
): (call: Call) => Promise<Answer> {
  interface Waiting {
    call: Call;
    resolve(answer: Answer): void;
    reject(error: unknown): void;
  }
  let waiting: Waiting[] = [];
  let running = 0;
  let isScheduled = false;

  /** Starts a group after the other requests of this tick have been read. */
  function schedule(): void {
    if (isScheduled || running >= atOnce || waiting.length === 0) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      const group = nextGroup();
      running += 1;
      void runGroup(group).finally(() => {
        running -= 1;
        schedule();
      });
      schedule();
    });
  }

  /** Holds at least one call, however large. */
  function nextGroup(): Waiting[] {
    let size = 0;
    let count = 0;
    for (const { call } of waiting) {
      size += sizeOf(call);
      if (count > 0 && size > most) break;
      count += 1;
    }
    const group = waiting.slice(0, count);
    waiting = waiting.slice(count);
    return group;
  }

  async function runGroup(group: Waiting[]): Promise<void> {
    try {
      const answers = await work(group.map(({ call }) => call));
      for (const [at, { resolve }] of group.entries()) resolve(answers[at]!);
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }

  return (call) =>
    new Promise((resolve, reject) => {
      waiting.push({ call, resolve, reject });
      schedule();
    });
}
