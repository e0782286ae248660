import { expect, it } from 'vitest';
import { zoneOfPhone } from '../../../server/companies/phoneZone.ts';

it.each<[string, string, string | null]>([
  ['Belarus', '+375291234567', 'Europe/Minsk'],
  ['Armenia', '+37491123456', 'Asia/Yerevan'],
  ['Georgia', '+995555123456', 'Asia/Tbilisi'],
  ['Britain', '+442071234567', 'Europe/London'],
  ['Uzbekistan, whose two names are one zone', '+998901234567', 'Asia/Samarkand'],
  ['Russia, which has eleven', '+79990000001', null],
  ['the United States', '+12125550123', null],
  ['a number of no country', '+88213000000', null],
  ['no number', 'phone', null],
])('%s', (_country, phone, zone) => {
  expect(zoneOfPhone(phone, new Date('2026-11-25T12:00Z'))).toBe(zone);
});
