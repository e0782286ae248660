/** Faults of calls, for what is not VK's own API: an answer that is slow, cut before or after the work, or an error. */
import type { Request, RequestHandler, Response } from 'express';
import type { FaultState } from './faultState.ts';

export function callWithFaults(
  faults: FaultState,
  name: string,
  {
    respond,
    fail,
  }: { respond: (req: Request, res: Response) => unknown; fail: (res: Response, code: number) => void },
): RequestHandler {
  return async (req, res) => {
    if (faults.consumeCut(name, 'before')) {
      req.socket.destroy();
      return;
    }
    const { slowAnswersMs } = faults.current;
    if (slowAnswersMs > 0) await wait(slowAnswersMs, res);
    const code = faults.consumeApiError(name);
    if (code !== undefined) {
      fail(res, code);
      return;
    }
    if (faults.consumeCut(name, 'after')) loseAnswer(res);
    await respond(req, res);
  };
}

/** The work is done and its answer never leaves. */
function loseAnswer(res: Response): void {
  const cut = () => {
    res.socket?.destroy();
    return res;
  };
  res.json = cut;
  res.send = cut;
}

/** Ends early when the caller hangs up. */
function wait(ms: number, res: Response): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    res.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
