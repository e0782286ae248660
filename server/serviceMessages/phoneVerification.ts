/**
 * N23 before a call: which phones must not be written to under `verifiedPhone`. A gateway checks a number itself when it
 * delivers, so what we knew of old never stands in its way; a community's own API writes to a user id and checks nothing,
 * so there the network must have vouched for the number within six months. What was reported as moved is refused at once.
 */
import type { Model } from 'mongoose';
import { limits } from '../../shared/limits.ts';
import type { Network } from '../../shared/schemas/common.ts';
import type { PhoneReport } from '../clients/phoneReport.model.ts';
import type { ServiceChannel } from './serviceChannel.ts';
import type { ServiceMessage } from './serviceMessage.model.ts';

export type PhoneDoubt = 'phoneNotConfirmed' | 'phoneMoved';

/**
 * How long a gateway is believed that a number has moved. Then it is asked again: it refuses by itself if nothing has
 * changed, and nobody could ever tell us that the new owner has confirmed the number if it were never asked.
 */
const MOVED_FOR_MS = 24 * 3_600_000;

/** By phone index. */
export async function findDoubts(
  phoneReports: Model<PhoneReport>,
  network: Network,
  { checksPhones }: Pick<ServiceChannel, 'checksPhones'>,
  messages: readonly ServiceMessage[],
): Promise<Map<string, PhoneDoubt>> {
  const asking = messages.filter(({ deliveryPolicy }) => deliveryPolicy === 'verifiedPhone');
  const doubts = new Map<string, PhoneDoubt>();
  const [first] = asking;
  if (!first) return doubts;
  const phoneIndexes = [...new Set(asking.map(({ phoneIndex }) => phoneIndex))];
  const reports = await phoneReports
    .find({ companyId: first.companyId, phoneIndex: { $in: phoneIndexes }, network })
    .lean<PhoneReport[]>();
  const byPhone = new Map(reports.map((report) => [report.phoneIndex, report]));
  for (const phoneIndex of phoneIndexes) {
    const doubt = doubtOf(byPhone.get(phoneIndex), checksPhones, Date.now());
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
