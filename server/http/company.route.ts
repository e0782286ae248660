/** The company's settings and its block list over HTTP, for administrators, and its working time for everybody. */
import type { Model } from 'mongoose';
import type { Change } from '../../shared/events.ts';
import type { BlockedPhoneView } from '../../shared/schemas/company.ts';
import type { Role } from '../../shared/schemas/person.ts';
import type { Register } from '../accessRegister/register.ts';
import { can, canSeeCommunity, maskPhone } from '../auth/permissions.ts';
import type { SignedInPerson } from '../auth/signedIn.ts';
import type { Community } from '../communities/community.model.ts';
import type { BlockedPhone } from '../companies/blockedPhone.model.ts';
import {
  type BlockListDeps,
  blockPhone,
  findBlockedPhone,
  listBlockedPhones,
  openBlockedPhone,
  unblockPhone,
} from '../companies/blockList.ts';
import {
  type CompanySettingsDeps,
  changeBankFlag,
  changeCompany,
  listCompanyChanges,
  readCompany,
} from '../companies/companySettings.ts';
import { changeWorkingTime, readWorkingTime } from '../companies/workingTime.ts';
import { phoneOrNull } from '../phones/readPhone.ts';
import type { Sealing } from '../storage/sealing.ts';
import type { EndpointRouter } from './endpointRouter.ts';
import { DeskError } from './errors.ts';

export type CompanyRouteDeps = CompanySettingsDeps &
  BlockListDeps & {
    communities: Model<Community>;
    publish(change: Change): void;
    register: Pick<Register, 'recordRowViews'>;
  };

export function companyRoutes({ handle }: EndpointRouter, deps: CompanyRouteDeps): void {
  const view = (blocked: BlockedPhone, person: SignedInPerson) => {
    const shown = toView(deps.sealing, blocked, person.role);
    if (can(person, 'readFullPhone') && shown.phone !== '')
      deps.register.recordRowViews(person, 'blockList', [shown.id]);
    return shown;
  };

  handle('readCompany', () => readCompany(deps));
  handle('changeCompany', async ({ body, person }) => {
    const changed = await changeCompany(deps, body, person);
    if (body.timeZone !== undefined) deps.publish({ type: 'workingTime.changed' });
    return changed;
  });
  handle('changeBankFlag', ({ body, person }) => changeBankFlag(deps, body.isBank, person));
  handle('listCompanyChanges', async () => ({ changes: await listCompanyChanges(deps) }));

  handle('readWorkingTime', ({ person }) =>
    readWorkingTime(deps, (communityId) => canSeeCommunity(person, communityId)),
  );
  handle('changeWorkingTime', async ({ body, person }) => {
    const communityIds = Object.keys(body.communityTargets ?? {});
    const known = await deps.communities.countDocuments({
      _id: { $in: communityIds },
      companyId: deps.companyId,
    });
    if (known < communityIds.length)
      throw new DeskError('communityNotFound', { message: 'Community not found', field: 'communityTargets' });
    const changed = await changeWorkingTime(deps, body, person);
    deps.publish({ type: 'workingTime.changed' });
    return changed;
  });

  handle('listBlockedPhones', async ({ query, person }) => {
    const { rows, nextCursor } = await listBlockedPhones(deps, query.cursor);
    return { phones: rows.map((blocked) => view(blocked, person)), nextCursor };
  });
  handle('findBlockedPhone', async ({ body, person }) => {
    const blocked = await findBlockedPhone(deps, phoneOf(body.phone));
    return { found: blocked && view(blocked, person) };
  });
  handle('blockPhone', async ({ body: { phone, reason }, person }) =>
    view(await blockPhone(deps, { phone: phoneOf(phone), reason }, person), person),
  );
  handle('unblockPhone', async ({ params, person }) => {
    // A repeat succeeds too.
    await unblockPhone(deps, params.blockedPhoneId, person);
    return { ok: true };
  });
}

function phoneOf(given: string): string {
  const phone = phoneOrNull(given);
  if (phone === null)
    throw new DeskError('phoneInvalid', { message: 'This is not a phone number', field: 'phone' });
  return phone;
}

function toView(sealing: Sealing, blocked: BlockedPhone, role: Role): BlockedPhoneView {
  return {
    id: blocked._id.toHexString(),
    phone: maskPhone(openBlockedPhone(sealing, blocked), role),
    reason: blocked.reason,
    addedAt: blocked.addedAt.toISOString(),
    addedBy: blocked.addedBy.name,
  };
}
