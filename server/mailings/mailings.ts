/** What people do with mailings: look at them, match their columns, start, pause, resume, cancel. */
import { randomUUID } from 'node:crypto';
import { Types } from 'mongoose';
import type { MailingRefusalCode } from '../../shared/mailingRefusals.ts';
import {
  type MailingColumns,
  type MailingMove,
  type MailingState,
  type MailingView,
  mailingLimits,
} from '../../shared/schemas/mailing.ts';
import type { Audit } from '../audit/audit.ts';
import { guessPhoneColumn } from './columns.ts';
import { type HoldParts, holdQueued } from './heldMessages.ts';
import { emptyPass, type Mailing, type MailingModels, type Pass } from './mailing.model.ts';
import { perSecondOf } from './pace.ts';

export interface MailingParts extends MailingModels, HoldParts {
  companyId: Types.ObjectId;
  audit: Audit;
}

export type MailingOutcome =
  | { kind: 'done'; mailing: Mailing }
  | { kind: 'notFound' }
  /** Not from where it is. */
  | { kind: 'notNow'; state: MailingState }
  | { kind: 'wrong'; field: string; message: string };

/** What a person is shown; the rest of the row is the worker's. */
const SHOWN = { folded: 0 } as const;
const DAY_MS = 86_400_000;

/** The newest first. `after` is the last of the page before. */
export async function listMailings(
  { mailings, companyId }: MailingParts,
  after: string | undefined,
): Promise<{ page: Mailing[]; nextAfter: string | null }> {
  const found = await mailings
    .find(
      {
        companyId,
        ...(after === undefined ? {} : { _id: { $lt: new Types.ObjectId(after) } }),
        state: { $ne: 'importing' },
      },
      SHOWN,
    )
    .sort({ _id: -1 })
    .limit(mailingLimits.listPage + 1)
    .lean<Mailing[]>();
  const page = found.slice(0, mailingLimits.listPage);
  const hasMore = found.length > page.length;
  return { page, nextAfter: hasMore ? page.at(-1)!._id.toHexString() : null };
}

export async function readMailing(
  { mailings, companyId }: MailingParts,
  mailingId: string,
): Promise<Mailing | null> {
  return mailings.findOne({ _id: mailingId, companyId, state: { $ne: 'importing' } }, SHOWN).lean<Mailing>();
}

/** The list is tried from its beginning with these columns; whatever an earlier try found is forgotten. */
export async function matchColumns(
  parts: MailingParts,
  mailingId: string,
  columns: MailingColumns,
): Promise<MailingOutcome> {
  const mailing = await readMailing(parts, mailingId);
  if (!mailing) return { kind: 'notFound' };
  const isMissing = (column: number) => column >= mailing.headers.length;
  const missing = isMissing(columns.phoneColumn)
    ? 'phoneColumn'
    : Object.values(columns.variables).some(isMissing) && 'variables';
  if (missing) return { kind: 'wrong', field: missing, message: 'The file has no such column' };
  const matched = await parts.mailings
    .findOneAndUpdate(
      { _id: mailing._id, state: { $in: ['uploaded', 'checking', 'ready'] } },
      { $set: { columns, state: 'checking', checked: emptyPass() } },
      { returnDocument: 'after', projection: SHOWN },
    )
    .lean<Mailing>();
  if (!matched) return notNow(parts, mailingId);
  await parts.mailingRefusals.deleteMany({ mailingId: mailing._id, pass: 'checked' });
  return { kind: 'done', mailing: matched };
}

/** From which states each move leads on. */
const movesFrom = {
  start: ['ready'],
  pause: ['running', 'scheduled'],
  resume: ['paused'],
  cancel: ['uploaded', 'checking', 'ready', 'scheduled', 'running', 'paused'],
} as const satisfies Record<MailingMove['move'], readonly MailingState[]>;

export async function moveMailing(
  parts: MailingParts,
  mailingId: string,
  move: MailingMove,
  by: { id: string; name: string },
): Promise<MailingOutcome> {
  const now = new Date();
  const startAt = move.move === 'start' && move.startAt !== undefined ? new Date(move.startAt) : null;
  if (startAt && startAt.getTime() > now.getTime() + mailingLimits.startInDaysMax * DAY_MS)
    return {
      kind: 'wrong',
      field: 'startAt',
      message: `A campaign must start within ${mailingLimits.startInDaysMax} days`,
    };
  const moved = await parts.mailings
    .findOneAndUpdate(
      { _id: mailingId, companyId: parts.companyId, state: { $in: [...movesFrom[move.move]] } },
      { $set: changeOf(move, startAt, now) },
      { returnDocument: 'after', projection: SHOWN },
    )
    .lean<Mailing>();
  if (!moved) return notNow(parts, mailingId);
  await parts.audit.append({
    _id: `mailing:${randomUUID()}`,
    companyId: parts.companyId,
    at: now,
    personId: by.id,
    personName: by.name,
    action: `mailing.${move.move}`,
    subject: { kind: 'mailing', id: mailingId, name: moved.fileName },
    details: {
      rows: moved.rows,
      template: moved.columns?.template ?? null,
      startAt: startAt?.toISOString() ?? null,
    },
  });
  // The sender sends nothing of the list since the write above; this clears the way for others.
  if (move.move === 'pause') await holdQueued(parts, moved);
  return { kind: 'done', mailing: moved };
}

function changeOf({ move }: MailingMove, startAt: Date | null, now: Date): Partial<Mailing> {
  switch (move) {
    case 'start':
      return startAt && startAt > now ? { state: 'scheduled', startAt } : { state: 'running', startAt: now };
    case 'pause':
      return { state: 'paused' };
    case 'resume':
      // The worker starts it at once if its time has come, and waits for it otherwise.
      return { state: 'scheduled' };
    case 'cancel':
      return { state: 'cancelling' };
  }
}

async function notNow(parts: MailingParts, mailingId: string): Promise<MailingOutcome> {
  const mailing = await readMailing(parts, mailingId);
  if (!mailing || mailing.state === 'importing') return { kind: 'notFound' };
  return { kind: 'notNow', state: mailing.state };
}

export function toMailingView(mailing: Mailing, now = new Date()): MailingView {
  const { state, taken, statuses: left } = mailing;
  if (state === 'importing') throw new Error(`Mailing ${mailing._id} is not there yet`);
  const gone = Object.values(left).reduce((sum, count) => sum + count, 0);
  return {
    id: mailing._id.toHexString(),
    fileName: mailing.fileName,
    state,
    headers: mailing.headers,
    rows: mailing.rows,
    guessedPhoneColumn: guessPhoneColumn(mailing.headers),
    columns: mailing.columns,
    checked: toVerdicts(mailing.checked),
    taken: toVerdicts(taken),
    // A message may be on its way before its block is counted.
    statuses: { ...left, queued: Math.max(0, taken.fit - gone) },
    perSecond: state === 'running' ? perSecondOf(mailing, now) : null,
    startAt: mailing.startAt?.toISOString() ?? null,
    createdAt: mailing.createdAt.toISOString(),
    createdBy: mailing.createdBy.name,
  };
}

function toVerdicts({ rows, fit, refused }: Pass): MailingView['checked'] {
  return {
    rows,
    fit,
    refused: Object.entries(refused)
      .map(([code, count]) => ({ code: code as MailingRefusalCode, count }))
      .sort((a, b) => b.count - a.count),
  };
}
