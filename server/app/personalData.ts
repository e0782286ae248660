/** Personal data (N17): the register, and what erases clients and removes what is too old. */

import { createRegister, type Register } from '../accessRegister/register.ts';
import { createAudit } from '../audit/audit.ts';
import { createErasedDialogues } from '../conversations/intake/erasedDialogues.ts';
import type { PersonalDataRouteParts } from '../http/personalData.route.ts';
import { createErasing } from '../personalData/erasing.ts';
import { sweepOnce } from '../personalData/sweeper.ts';
import type { Phones } from '../phones/servicePhones.ts';
import { relayModels } from '../realtime/relay.ts';
import { sweepOpenFiles } from '../storage/fileBucket.ts';
import { sweepImages } from '../templates/images/sweepImages.ts';
import type { Ground } from './ground.ts';
import type { Sending } from './sending.ts';
import type { Templates } from './templates.ts';
import type { Threads } from './threads.ts';

const ERASING_MS = 5_000;
const SWEEP_MS = 60_000;

export function openRegister({ store, logger, closing }: Ground): Register {
  const register = createRegister({ companyId: store.companyId, register: store.register, logger });
  closing.add(() => register.stop());
  return register;
}

export function openPersonalData(
  { store, storageEncryption, sealing, logger, closing, timing }: Ground,
  parts: { register: Register; threads: Threads; sending: Sending; templates: Templates; phones: Phones },
): PersonalDataRouteParts {
  const { rows } = parts.threads;
  const { packets } = relayModels(store.connection);
  const audit = createAudit(store.auditLines);
  const erasing = createErasing({
    ...store,
    sealing,
    register: parts.register,
    rows,
    followUps: parts.sending.followUps,
    phones: parts.phones,
    erasedDialogues: createErasedDialogues(store.erasedDialogues, sealing),
    forgetRelayed: async (before) => {
      await packets.deleteMany({ at: { $lt: before } });
    },
    logger,
    ...(timing.erasing ? { timing: timing.erasing } : {}),
  });
  const images = { ...store, images: parts.templates.images, versions: store.templateVersions };
  const sweepUnused = (now: Date, keptMs: number) => sweepImages(images, now, keptMs);
  const eraser = every(ERASING_MS, () => erasing.work());
  const { followUps } = parts.sending;
  const sweepPieces = (now: Date) => sweepOpenFiles(store.connection, now);
  const sweeper = every(SWEEP_MS, () =>
    sweepOnce({ ...store, rows, followUps, sweepImages: sweepUnused, sweepPieces }),
  );

  /** One round after another; a round that failed is run again. */
  function every(ms: number, work: () => Promise<unknown>): { wake(): void } {
    let running: Promise<void> | null = null;
    let isStopped = false;
    const run = () => {
      if (isStopped) return;
      running ??= work()
        .catch((error: unknown) => logger.warn({ err: error }, 'personal data is dealt with again later'))
        .then(() => {
          running = null;
        });
    };
    const timer = setInterval(run, ms);
    closing.add(async () => {
      isStopped = true;
      clearInterval(timer);
      await running;
    });
    return { wake: run };
  }
  sweeper.wake();

  return {
    ...store,
    sealing,
    register: parts.register,
    registerLines: store.register,
    storageEncryption,
    erasing,
    wakeErasing: eraser.wake,
    tellSetting: (periods, revision, by) =>
      audit.append({
        _id: `retention:${store.companyId.toHexString()}:${revision}`,
        companyId: store.companyId,
        at: new Date(),
        personId: by.id,
        personName: by.name,
        action: 'retention.set',
        subject: { kind: 'company', id: store.companyId.toHexString(), name: 'retention' },
        details: { ...periods },
      }),
  };
}
