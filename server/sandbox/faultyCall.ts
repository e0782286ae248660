/** Faults of calls outside VK's own API: a slow answer, a connection cut before or after the work, or an error. */
import type { Request, RequestHandler, Response } from 'express';
import type { HandOver } from '../../shared/sandboxNotify.ts';
import type { FaultState } from './faultState.ts';

export function callWithFaults(
  faults: FaultState,
  name: string,
  {
    respond,
    fail,
    handedOver = () => [],
  }: {
    respond: (req: Request, res: Response) => unknown;
    fail: (res: Response, code: number) => void;
    /** The messages that the call brings. */
    handedOver?: (req: Request) => Pick<HandOver, 'message' | 'ttlSeconds'>[];
  },
): RequestHandler {
  return async (req, res) => {
    faults.noteHandOvers(name, handedOver(req));
    if (faults.consumeCut(name, 'before')) {
      req.socket.destroy();
      return;
    }
    const { slowAnswersMs } = faults.current;
    if (slowAnswersMs > 0) await wait(slowAnswersMs, res);
    await pass(faults.delayOf(name, 'work'));
    const code = faults.consumeApiError(name);
    if (code !== undefined) {
      fail(res, code);
      return;
    }
    if (faults.consumeCut(name, 'after')) loseAnswer(res);
    delayAnswer(res, faults.delayOf(name, 'answer'));
    await respond(req, res);
  };
}

/** The work is done, but its answer is never sent. */
function loseAnswer(res: Response): void {
  const cut = () => {
    res.socket?.destroy();
    return res;
  };
  res.json = cut;
  res.send = cut;
}

/** The work is done at once, its answer is sent later. */
function delayAnswer(res: Response, ms: number): void {
  if (ms === 0) return;
  const json = res.json.bind(res);
  res.json = (body) => {
    void pass(ms).then(() => !res.destroyed && json(body));
    return res;
  };
}

/** Also when the caller disconnects. */
export function pass(ms: number): Promise<void> {
  return ms === 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms));
}

/** Resolves early when the caller disconnects. */
function wait(ms: number, res: Response): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    res.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
