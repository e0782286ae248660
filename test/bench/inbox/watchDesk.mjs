/**
 * Loaded into a measured process before its own code, by `--import`, in each of its threads. Between two SIGUSR2 it
 * notes garbage collections and, in a desk, the stages of messages. At the second one each thread writes them into
 * the folder that `WATCH_FOLDER` names. `watched.ts` reads these files.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PerformanceObserver } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

const thread = isMainThread ? 'main' : 'store';
const originMs = Number(process.hrtime.bigint()) / 1e6 - performance.now();
const stageNames = ['received', 'storing', 'stored', 'emitting', 'emitted'];
/** One row is: stage, time, user id, number in the dialogue, message id in two halves. */
const ROW = 6;
const ROWS_MAX = 200_000;

/** Made once per process: the desk must not collect garbage because it is measured. */
const rows = isMainThread ? new Float64Array(ROW * ROWS_MAX) : null;
let used = 0;
let pauses = [];
let isWatching = false;

function note(stage, atMs, peerId, externalId, messageId) {
  if (used + ROW > rows.length) return;
  rows[used] = stageNames.indexOf(stage);
  rows[used + 1] = originMs + atMs;
  rows[used + 2] = Number(peerId);
  rows[used + 3] = Number(externalId);
  rows[used + 4] = Number.parseInt(messageId.slice(0, 12), 16);
  rows[used + 5] = Number.parseInt(messageId.slice(12), 16);
  used += ROW;
}

function onStage({ stage, atMs, peerId = '0', externalId = '0', messageId = '', messageIds }) {
  if (!messageIds) return note(stage, atMs, peerId, externalId, messageId);
  for (const id of messageIds) note(stage, atMs, peerId, externalId, id);
}

const observer = new PerformanceObserver((list) => {
  for (const { startTime, duration } of list.getEntries())
    pauses.push(originMs + startTime, originMs + startTime + duration);
});

/** Appears under its name only when it is whole. */
function write(name, times) {
  const path = join(process.env.WATCH_FOLDER, name);
  writeFileSync(`${path}.new`, new Uint8Array(times.buffer, times.byteOffset, times.byteLength));
  renameSync(`${path}.new`, path);
}

function toggle() {
  isWatching = !isWatching;
  if (isWatching) {
    used = 0;
    pauses = [];
    observer.observe({ entryTypes: ['gc'] });
    if (isMainThread) subscribe('notify-inbox:stage', onStage);
    write(`${thread}.begun`, new Float64Array());
    return;
  }
  if (isMainThread) unsubscribe('notify-inbox:stage', onStage);
  // Observers are told of a collection in a later turn of the event loop.
  setTimeout(() => {
    observer.disconnect();
    if (isMainThread) write('stages', rows.subarray(0, used));
    write(`${thread}.pauses`, Float64Array.from(pauses));
  }, 20);
}

const channel = new BroadcastChannel('watchDesk');
channel.unref();
channel.onmessage = toggle;
if (isMainThread)
  process.on('SIGUSR2', () => {
    channel.postMessage('toggle');
    toggle();
  });
