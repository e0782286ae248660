/** One clock for all processes of the machine: `CLOCK_MONOTONIC`, in milliseconds, without an object per reading. */
const originMs = Number(process.hrtime.bigint()) / 1e6 - performance.now();

export const machineTimeMs = (): number => originMs + performance.now();
