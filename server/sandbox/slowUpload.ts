/** Makes the sandbox read uploads slowly, or stop reading them, as a network behind a poor connection does. */
import type { Request, RequestHandler } from 'express';
import type { FaultState } from './faultState.ts';

const STEP_MS = 50;

/** Comes before the parser of the form, which reads the request by `pipe`. */
export function slowUpload(faults: FaultState): RequestHandler {
  return (req, _res, next) => {
    if (faults.current.uploadBytesPerSecond !== null) pace(req, faults);
    next();
  };
}

function pace(req: Request, faults: FaultState): void {
  const pipe = req.pipe.bind(req);
  req.pipe = ((target: NodeJS.WritableStream) => {
    const piped = pipe(target as never);
    let allowedBytes = 0;
    req.on('data', (chunk: Buffer) => {
      allowedBytes -= chunk.length;
      if (allowedBytes <= 0) req.pause();
    });
    const timer = setInterval(() => {
      const bytesPerSecond = faults.current.uploadBytesPerSecond ?? Number.POSITIVE_INFINITY;
      allowedBytes = Math.min(allowedBytes + (bytesPerSecond * STEP_MS) / 1000, bytesPerSecond);
      if (allowedBytes > 0) req.resume();
    }, STEP_MS);
    req.once('close', () => clearInterval(timer));
    return piped;
  }) as typeof req.pipe;
}
