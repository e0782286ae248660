/** When a company writes to its clients, and to whom it does not; both off until an administrator sets them. */
import type { Model } from 'mongoose';
import type { SendingLimits } from '../sending/judge.ts';
import type { BlockedPhone } from './blockedPhone.model.ts';
import { findBlocked } from './blockList.ts';
import { USUAL_TIME_ZONE } from './company.model.ts';
import type { CompanyKeeper } from './keptCompany.ts';
import { zoneOfPhone } from './phoneZone.ts';
import { nextOpening } from './sendingHours.ts';

export interface SendingLimitParts {
  blockedPhones: Model<BlockedPhone>;
  keeper: Pick<CompanyKeeper, 'read'>;
}

export function createSendingLimits({ blockedPhones, keeper }: SendingLimitParts): SendingLimits {
  return {
    blocked: (companyId, phoneIndexes) => findBlocked(blockedPhones, companyId, phoneIndexes),
    async notBefore(companyId, phone, at) {
      const company = await keeper.read(companyId);
      if (!company?.sendingHours) return null;
      const zone = zoneOfPhone(phone, at) ?? company.timeZone ?? USUAL_TIME_ZONE;
      return nextOpening(company.sendingHours, zone, at);
    },
  };
}
