/**
 * Loaded before a program by `node --import`: its `Date` is CLOCK_SHIFT_MS ahead of the machine's clock, its worker
 * threads included. `performance.now()` and timers' waits stay as they are. See `shiftedClock.ts`.
 */
const RealDate = globalThis.Date;
const shiftMs = Number(process.env.CLOCK_SHIFT_MS ?? 0);
const nowMs = () => RealDate.now() + shiftMs;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, made) =>
    Reflect.construct(target, args.length === 0 ? [nowMs()] : args, made === globalThis.Date ? target : made),
  apply: () => new RealDate(nowMs()).toString(),
  get: (target, name) => (name === 'now' ? nowMs : Reflect.get(target, name)),
});
