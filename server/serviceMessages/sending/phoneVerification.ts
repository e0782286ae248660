/**
 * N23, the verified phone: before a call, finds the phones that `verifiedPhone` forbids. A gateway checks the number
 * itself, so only a fresh "moved" report stops a call to it. A community's own API checks nothing: there the network
 * must have confirmed the number within six months, and any "moved" report refuses it.
 */

import type { Model } from 'mongoose';
import { limits } from '../../../shared/limits.ts';
import type { Network } from '../../../shared/schemas/common.ts';
import type { PhoneReport } from '../../clients/phoneReport.model.ts';
import { currentTimeMs } from '../../work/clock.ts';
import type { ServiceMessage } from '../serviceMessage.model.ts';
import type { ServiceChannel } from './serviceChannel.ts';

export type PhoneDoubt = 'phoneNotConfirmed' | 'phoneMoved';

/**
 * How long a gateway's "moved" report stops calls. After that the gateway is asked again: it refuses by itself if
 * nothing changed, and only a new call can show that the new owner has confirmed the number.
 */
const MOVED_FOR_MS = 24 * 3_600_000;

/** The doubts by phone index; a phone without one may be written to. */
export async function findDoubts(
  phoneReports: Model<PhoneReport>,
  network: Network,
  { checksPhones }: Pick<ServiceChannel, 'checksPhones'>,
  messages: readonly ServiceMessage[],
): Promise<Map<string, PhoneDoubt>> {
  const restricted = messages.filter(({ deliveryPolicy }) => deliveryPolicy === 'verifiedPhone');
  const doubts = new Map<string, PhoneDoubt>();
  const [first] = restricted;
  if (!first) return doubts;
  const phoneIndexes = [...new Set(restricted.map(({ phoneIndex }) => phoneIndex))];
  const reports = await phoneReports
    .find({ companyId: first.companyId, phoneIndex: { $in: phoneIndexes }, network })
    .lean<PhoneReport[]>();
  const byPhone = new Map(reports.map((report) => [report.phoneIndex, report]));
  for (const phoneIndex of phoneIndexes) {
    const doubt = doubtOf(byPhone.get(phoneIndex), checksPhones, currentTimeMs());
    if (doubt) doubts.set(phoneIndex, doubt);
  }
  return doubts;
}

function doubtOf(report: PhoneReport | undefined, checksPhones: boolean, nowMs: number): PhoneDoubt | null {
  const ageMs = nowMs - (report?.at.getTime() ?? 0);
  if (checksPhones) return report?.said === 'moved' && ageMs < MOVED_FOR_MS ? 'phoneMoved' : null;
  if (report?.said === 'moved') return 'phoneMoved';
  return report?.said === 'confirmed' && ageMs < limits.phoneConfirmedForMs ? null : 'phoneNotConfirmed';
}
