/** The company's block list: who is on it, putting a phone there and taking it off. */
import { type Model, Types } from 'mongoose';
import { companyLimits } from '../../shared/schemas/company.ts';
import type { Actor } from '../audit/actor.ts';
import type { Audit, NewAuditLine } from '../audit/audit.ts';
import { maskPhone } from '../auth/permissions.ts';
import { phoneIndexOf } from '../phones/phoneIndex.ts';
import { isDuplicateKey } from '../storage/database.ts';
import { type Page, parseCursor, readPage } from '../storage/pageCursor.ts';
import type { Sealing } from '../storage/sealing.ts';
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

/** @param phone in E.164. One that is on the list already stays as it was put there. */
export async function blockPhone(
  deps: BlockListDeps,
  { phone, reason }: { phone: string; reason: string },
  actor: Actor,
): Promise<BlockedPhone> {
  const { blockedPhones, sealing, companyId } = deps;
  const _id = new Types.ObjectId();
  const key = { companyId, phoneIndex: phoneIndexOf(sealing, phone) };
  const row = {
    _id,
    phoneSealed: sealing.seal(phone, blockedPhonePurpose(_id)),
    reason,
    addedAt: new Date(),
    addedBy: { id: actor.id, name: actor.name },
  };
  const held = await insertOrFind(blockedPhones, key, row);
  await deps.audit.append(addedLine(deps, held));
  return held;
}

/** True when it was there. The audit knows before the row goes, since the row tells who had put it there. */
export async function unblockPhone(
  deps: BlockListDeps,
  blockedPhoneId: string,
  actor: Actor,
): Promise<boolean> {
  const { blockedPhones, companyId, audit } = deps;
  const row = await blockedPhones.findOne({ _id: blockedPhoneId, companyId }).lean<BlockedPhone>();
  if (!row) return false;
  // Its own line may be missing, had a process died after the row.
  await audit.append(addedLine(deps, row));
  await audit.append<'company.phoneUnblocked'>({
    ...addedLine(deps, row),
    _id: `blockedPhone:${blockedPhoneId}:removed`,
    at: new Date(),
    personId: actor.id,
    personName: actor.name,
    action: 'company.phoneUnblocked',
  });
  await blockedPhones.deleteOne({ _id: row._id, companyId });
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

/** Of these phones, those on the list: one query for however many. */
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

/** Of an erased client the list keeps the index alone: they go on not being written to, and nobody can read whom. */
export async function forgetBlockedPhone(
  { blockedPhones, companyId, sealing }: Omit<BlockListDeps, 'audit'>,
  phoneIndex: string,
): Promise<void> {
  const row = await blockedPhones.findOne({ companyId, phoneIndex }).lean<BlockedPhone>();
  if (!row) return;
  const phoneSealed = sealing.seal('', blockedPhonePurpose(row._id));
  await blockedPhones.updateOne({ _id: row._id }, { $set: { phoneSealed, reason: '' } });
}

async function insertOrFind(
  blockedPhones: Model<BlockedPhone>,
  key: Pick<BlockedPhone, 'companyId' | 'phoneIndex'>,
  row: Omit<BlockedPhone, 'companyId' | 'phoneIndex'>,
): Promise<BlockedPhone> {
  for (;;) {
    try {
      return await blockedPhones
        .findOneAndUpdate(key, { $setOnInsert: row }, { upsert: true, returnDocument: 'after' })
        .orFail()
        .lean<BlockedPhone>();
    } catch (error) {
      // Two put the same phone there at once: the other's row is found the next time.
      if (!isDuplicateKey(error)) throw error;
    }
  }
}

/** The phone stays out of the audit, which is never erased; and so do words about a client. */
function addedLine(
  { companyId, sealing }: BlockListDeps,
  row: BlockedPhone,
): NewAuditLine<'company.phoneBlocked'> {
  return {
    _id: `blockedPhone:${row._id.toHexString()}:added`,
    companyId,
    at: row.addedAt,
    personId: row.addedBy.id,
    personName: row.addedBy.name,
    action: 'company.phoneBlocked',
    subject: companySubject(companyId),
    details: { phone: maskPhone(openBlockedPhone(sealing, row), 'agent') },
  };
}
