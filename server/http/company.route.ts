/** The company's settings and its block list over HTTP, for administrators. */
import type { BlockedPhoneView } from '../../shared/schemas/company.ts';
import type { Role } from '../../shared/schemas/person.ts';
import type { Register } from '../accessRegister/register.ts';
import { can, maskPhone } from '../auth/permissions.ts';
import type { SignedInPerson } from '../auth/signedIn.ts';
import type { BlockedPhone } from '../companies/blockedPhone.model.ts';
import {
  type BlockListParts,
  blockPhone,
  findBlockedPhone,
  listBlockedPhones,
  openBlockedPhone,
  unblockPhone,
} from '../companies/blockList.ts';
import {
  type CompanySettingsParts,
  changeBankFlag,
  changeCompany,
  type Editor,
  listCompanyChanges,
  readCompany,
} from '../companies/companySettings.ts';
import { readTypedPhone } from '../phones/readPhone.ts';
import type { Sealing } from '../storage/sealing.ts';
import type { EndpointRouter } from './endpointRouter.ts';
import { DeskError } from './errors.ts';

export type CompanyRouteParts = CompanySettingsParts &
  BlockListParts & { register: Pick<Register, 'sawRows'> };

export function companyRoutes({ handle }: EndpointRouter, parts: CompanyRouteParts): void {
  const view = (row: BlockedPhone, person: SignedInPerson) => {
    const shown = toView(parts.sealing, row, person.role);
    if (can(person, 'readFullPhone') && shown.phone !== '')
      parts.register.sawRows(person, 'blockList', [shown.id]);
    return shown;
  };

  handle('readCompany', () => readCompany(parts));
  handle('changeCompany', ({ body, person }) => changeCompany(parts, body, editorOf(person)));
  handle('changeBankFlag', ({ body, person }) => changeBankFlag(parts, body.isBank, editorOf(person)));
  handle('listCompanyChanges', async () => ({ changes: await listCompanyChanges(parts) }));

  handle('listBlockedPhones', async ({ query, person }) => {
    const { rows, nextCursor } = await listBlockedPhones(parts, query.cursor);
    return { phones: rows.map((row) => view(row, person)), nextCursor };
  });
  handle('findBlockedPhone', async ({ body, person }) => {
    const row = await findBlockedPhone(parts, phoneOf(body.phone));
    return { found: row && view(row, person) };
  });
  handle('blockPhone', async ({ body: { phone, reason }, person }) =>
    view(await blockPhone(parts, { phone: phoneOf(phone), reason }, editorOf(person)), person),
  );
  handle('unblockPhone', async ({ params, person }) => {
    // Asked twice, it is off the list all the same.
    await unblockPhone(parts, params.blockedPhoneId, editorOf(person));
    return { ok: true };
  });
}

const editorOf = ({ id, name }: SignedInPerson): Editor => ({ personId: id, personName: name });

function phoneOf(given: string): string {
  const phone = readTypedPhone(given);
  if (phone === null)
    throw new DeskError('phoneInvalid', { message: 'This is not a phone number', field: 'phone' });
  return phone;
}

function toView(sealing: Sealing, row: BlockedPhone, role: Role): BlockedPhoneView {
  return {
    id: row._id.toHexString(),
    phone: maskPhone(openBlockedPhone(sealing, row), role),
    reason: row.reason,
    addedAt: row.addedAt.toISOString(),
    addedBy: row.addedBy.name,
  };
}
