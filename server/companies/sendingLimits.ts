/**
 * When a company may write to its clients, and which phones it may not write to. Both limits are off until an
 * administrator sets them.
 */
import type { Model, Types } from 'mongoose';
import type { BlockedPhone } from './blockedPhone.model.ts';
import { findBlocked } from './blockList.ts';
import { USUAL_TIME_ZONE } from './company.model.ts';
import type { CompanyKeeper } from './keptCompany.ts';
import { zoneOfPhone } from './phoneZone.ts';
import { nextOpening } from './sendingHours.ts';

export interface SendingLimits {
  /** Returns those of the phones that are on the company's block list. */
  blocked(companyId: Types.ObjectId, phoneIndexes: string[]): Promise<Set<string>>;
  /** Reads the company's sending hours once, for use with many messages. */
  hours(companyId: Types.ObjectId): Promise<NotBefore>;
}

/** The earliest moment within the hours; null when that is now. */
export type NotBefore = (phone: string, at: Date) => Date | null;

export interface SendingLimitDeps {
  blockedPhones: Model<BlockedPhone>;
  keeper: Pick<CompanyKeeper, 'read'>;
}

export function createSendingLimits({ blockedPhones, keeper }: SendingLimitDeps): SendingLimits {
  const openingOf = rememberOpenings();
  return {
    blocked: (companyId, phoneIndexes) => findBlocked(blockedPhones, companyId, phoneIndexes),
    async hours(companyId) {
      const { sendingHours, timeZone } = (await keeper.read(companyId)) ?? {};
      if (!sendingHours) return () => null;
      return (phone, at) =>
        openingOf(sendingHours, zoneOfPhone(phone, at) ?? timeZone ?? USUAL_TIME_ZONE, at);
    },
  };
}

const OPENINGS_KEPT = 100;

/**
 * A batch needs the opening of one moment a thousand times, and computing one reads a zone's clocks a dozen times.
 */
function rememberOpenings(): typeof nextOpening {
  const known = new Map<string, Date | null>();
  return (hours, zone, at) => {
    const key = `${JSON.stringify(hours)} ${zone} ${at.getTime()}`;
    let opening = known.get(key);
    if (opening === undefined) {
      opening = nextOpening(hours, zone, at);
      if (known.size >= OPENINGS_KEPT) known.clear();
      known.set(key, opening);
    }
    return opening;
  };
}
