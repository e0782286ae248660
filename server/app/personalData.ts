/** Personal data (N17): the access register, and the workers that erase clients and remove old data. */

import { createRegister, type Register } from '../accessRegister/register.ts';
import { createErasedDialogues } from '../conversations/intake/erasedDialogues.ts';
import type { PersonalDataRouteDeps } from '../http/personalData.route.ts';
import { createErasing } from '../personalData/erasing.ts';
import { sweepOnce } from '../personalData/sweeper.ts';
import type { Phones } from '../phones/servicePhones.ts';
import { forgetReviewComments } from '../quality/forgetComments.ts';
import { relayModels } from '../realtime/relay.ts';
import { sweepOpenFiles } from '../storage/fileBucket.ts';
import { sweepImages } from '../templates/images/sweepImages.ts';
import { forgetInTranscripts } from '../transcripts/forgetClient.ts';
import { type DueLoopOptions, startDueLoop } from '../work/dueLoop.ts';
import type { AppContext } from './context.ts';
import type { Sending } from './sending.ts';
import type { Templates } from './templates.ts';
import type { Threads } from './threads.ts';
import { transcriptFiles } from './transcripts.ts';

const ERASING_MS = 5_000;
const SWEEP_MS = 60_000;

export function openRegister({ store, logger, closing }: AppContext): Register {
  const register = createRegister({ companyId: store.companyId, register: store.register, logger });
  closing.add(() => register.stop());
  return register;
}

export function openPersonalData(
  { store, storageEncryption, sealing, logger, closing, timing }: AppContext,
  deps: { register: Register; threads: Threads; sending: Sending; templates: Templates; phones: Phones },
): PersonalDataRouteDeps {
  const { conversationStore } = deps.threads;
  const { packets } = relayModels(store.connection);
  const erasing = createErasing({
    ...store,
    sealing,
    register: deps.register,
    conversationStore,
    statusEffects: deps.sending.statusEffects,
    phones: deps.phones,
    erasedDialogues: createErasedDialogues(store.erasedDialogues, sealing),
    forgetInTranscripts: (clientId) =>
      forgetInTranscripts({ ...store, files: transcriptFiles(store) }, clientId),
    forgetInReviews: (clientId) => forgetReviewComments(store, clientId),
    forgetRelayed: async (before) => {
      await packets.deleteMany({ at: { $lt: before } });
    },
    logger,
    ...(timing.erasing ? { timing: timing.erasing } : {}),
  });
  const images = { ...store, images: deps.templates.images, versions: store.templateVersions };
  const sweepUnused = (now: Date, keptMs: number) => sweepImages(images, now, keptMs);
  const eraser = startLoop({
    look: async () => {
      await erasing.work();
    },
    pollMs: ERASING_MS,
    firstLook: 'afterPoll',
  });
  const { statusEffects } = deps.sending;
  const sweepPieces = (now: Date) => sweepOpenFiles(store.connection, now);
  startLoop({
    look: async () => {
      await sweepOnce({
        ...store,
        conversationStore,
        statusEffects,
        sweepImages: sweepUnused,
        sweepPieces,
        logger,
      });
    },
    pollMs: SWEEP_MS,
  });

  function startLoop(options: Pick<DueLoopOptions, 'look' | 'pollMs' | 'firstLook'>) {
    const loop = startDueLoop({
      ...options,
      logFailure: (error) => logger.warn({ err: error }, 'work on personal data failed; it runs again'),
    });
    closing.add(loop.stop);
    return loop;
  }

  return {
    ...store,
    sealing,
    register: deps.register,
    registerLines: store.register,
    storageEncryption,
    erasing,
    wakeErasing: eraser.wake,
  };
}
