/** Faults of calls outside VK's own API: a slow answer, a connection cut before or after the work, or an error. */
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

/** The work is done, but its answer is never sent. */
function loseAnswer(res: Response): void {
  const cut = () => {
    res.socket?.destroy();
    return res;
  };
  res.json = cut;
  res.send = cut;
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
