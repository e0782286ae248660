/**
 * Calls that come one by one and many at a time: those that come while others are being done wait and are done together,
 * so that they share their writes. One that comes alone waits for nobody.
 */

/** @param work one answer for each call, in their order; when it fails, each of its calls fails. */
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
  let underWay = 0;
  let isAsked = false;

  /** After the tick's other requests have been read. */
  function ask(): void {
    if (isAsked || underWay >= atOnce || waiting.length === 0) return;
    isAsked = true;
    setImmediate(() => {
      isAsked = false;
      const group = nextGroup();
      underWay += 1;
      void runGroup(group).finally(() => {
        underWay -= 1;
        ask();
      });
      ask();
    });
  }

  /** At least one, however large it is. */
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
      ask();
    });
}
