/** The company's block list: its phones, and adding and removing them. */

import { type Model, Types } from 'mongoose';
import { companyLimits } from '../../shared/schemas/company.ts';
import type { Actor } from '../audit/actor.ts';
import type { Audit, NewAuditLine } from '../audit/audit.ts';
import { maskPhone } from '../auth/permissions.ts';
import { phoneIndexOf } from '../phones/phoneIndex.ts';
import { type Page, parseCursor, readPage } from '../storage/pageCursor.ts';
import type { Sealing } from '../storage/sealing.ts';
import { upserting } from '../storage/upserting.ts';
import { currentTime } from '../work/clock.ts';
import type { BlockedPhone } from './blockedPhone.model.ts';
import { companySubject } from './companySettings.ts';

export interface BlockListDeps {
  companyId: Types.ObjectId;
  blockedPhones: Model<BlockedPhone>;
  sealing: Sealing;
  audit: Audit;
}

export const blockedPhonePurpose = (id: Types.ObjectId) => `blocked phone ${id.toHexString()}`;

export function openBlockedPhone(sealing: Sealing, { _id, phoneSealed }: BlockedPhone): string {
  return sealing.open(phoneSealed, blockedPhonePurpose(_id));
}

/** Safe to repeat: a phone that is on the list keeps its entry. @param phone in E.164. */
export async function blockPhone(
  deps: BlockListDeps,
  { phone, reason }: { phone: string; reason: string },
  actor: Actor,
): Promise<BlockedPhone> {
  const { blockedPhones, sealing, companyId } = deps;
  const _id = new Types.ObjectId();
  const key = { companyId, phoneIndex: phoneIndexOf(sealing, phone) };
  const entry = {
    _id,
    phoneSealed: sealing.seal(phone, blockedPhonePurpose(_id)),
    reason,
    addedAt: currentTime(),
    addedBy: { id: actor.id, name: actor.name },
  };
  const held = await insertOrFind(blockedPhones, key, entry);
  await deps.audit.append(addedLine(deps, held));
  return held;
}

/**
 * True when it was on the list. The audit line is written before the entry is removed, because the entry names the
 * person who added it.
 */
export async function unblockPhone(
  deps: BlockListDeps,
  blockedPhoneId: string,
  actor: Actor,
): Promise<boolean> {
  const { blockedPhones, companyId, audit } = deps;
  const blocked = await blockedPhones.findOne({ _id: blockedPhoneId, companyId }).lean<BlockedPhone>();
  if (!blocked) return false;
  // The line of its addition may be missing if a process crashed after it stored the entry.
  await audit.append(addedLine(deps, blocked));
  await audit.append<'company.phoneUnblocked'>({
    ...addedLine(deps, blocked),
    _id: `blockedPhone:${blockedPhoneId}:removed`,
    at: currentTime(),
    personId: actor.id,
    personName: actor.name,
    action: 'company.phoneUnblocked',
  });
  await blockedPhones.deleteOne({ _id: blocked._id, companyId });
  return true;
}

export async function findBlockedPhone(
  { blockedPhones, companyId, sealing }: BlockListDeps,
  phone: string,
): Promise<BlockedPhone | null> {
  return blockedPhones.findOne({ companyId, phoneIndex: phoneIndexOf(sealing, phone) }).lean<BlockedPhone>();
}

/** The newest first. */
export async function listBlockedPhones(
  { blockedPhones, companyId }: BlockListDeps,
  cursor: string | undefined,
): Promise<Page<BlockedPhone>> {
  return readPage(
    blockedPhones,
    { companyId },
    { timeField: 'addedAt', after: parseCursor(cursor), limit: companyLimits.blockedPhonesPerPage },
  );
}

/** Returns those of the phones that are on the list, in one query. */
export async function findBlocked(
  blockedPhones: Model<BlockedPhone>,
  companyId: Types.ObjectId,
  phoneIndexes: readonly string[],
): Promise<Set<string>> {
  if (phoneIndexes.length === 0) return new Set();
  const found = await blockedPhones
    .find({ companyId, phoneIndex: { $in: [...phoneIndexes] } }, { _id: 0, phoneIndex: 1 })
    .lean<{ phoneIndex: string }[]>();
  return new Set(found.map(({ phoneIndex }) => phoneIndex));
}

/** For an erased client the list keeps the blind index alone: the phone stays blocked, and nobody can read it. */
export async function forgetBlockedPhone(
  { blockedPhones, companyId, sealing }: Omit<BlockListDeps, 'audit'>,
  phoneIndex: string,
): Promise<void> {
  const blocked = await blockedPhones.findOne({ companyId, phoneIndex }).lean<BlockedPhone>();
  if (!blocked) return;
  const phoneSealed = sealing.seal('', blockedPhonePurpose(blocked._id));
  await blockedPhones.updateOne({ _id: blocked._id }, { $set: { phoneSealed, reason: '' } });
}

async function insertOrFind(
  blockedPhones: Model<BlockedPhone>,
  key: Pick<BlockedPhone, 'companyId' | 'phoneIndex'>,
  entry: Omit<BlockedPhone, 'companyId' | 'phoneIndex'>,
): Promise<BlockedPhone> {
  return upserting(() =>
    blockedPhones
      .findOneAndUpdate(key, { $setOnInsert: entry }, { upsert: true, returnDocument: 'after' })
      .orFail()
      .lean<BlockedPhone>()
      .exec(),
  );
}

/** The audit is never erased, so it holds neither the full phone nor a text about a client. */
function addedLine(
  { companyId, sealing }: BlockListDeps,
  blocked: BlockedPhone,
): NewAuditLine<'company.phoneBlocked'> {
  return {
    _id: `blockedPhone:${blocked._id.toHexString()}:added`,
    companyId,
    at: blocked.addedAt,
    personId: blocked.addedBy.id,
    personName: blocked.addedBy.name,
    action: 'company.phoneBlocked',
    subject: companySubject(companyId),
    details: { phone: maskPhone(openBlockedPhone(sealing, blocked), 'agent') },
  };
}
