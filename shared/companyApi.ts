/** The HTTP contract of the company: its settings, its bank flag, its block list. */
import { z } from 'zod';
import type { Endpoint } from './endpoint.ts';
import { cursor, id, phoneText } from './schemas/common.ts';
import {
  blockedPhonesPage,
  blockedPhoneView,
  companyChange,
  companyPatch,
  companyView,
  newBlockedPhone,
} from './schemas/company.ts';

export const companyEndpoints = {
  readCompany: {
    method: 'GET',
    path: '/api/company',
    summary: "The company's name, time zone, sending hours and bank flag",
    role: 'administrator',
    status: 200,
    answer: companyView,
  },
  changeCompany: {
    method: 'PATCH',
    path: '/api/company',
    summary:
      'Changes the name, the time zone or the sending hours; with null hours messages are sent at any time',
    role: 'administrator',
    body: companyPatch,
    status: 200,
    answer: companyView,
  },
  changeBankFlag: {
    method: 'PUT',
    path: '/api/company/bank',
    summary: 'Sets or clears the bank flag: a bank has no daily quota',
    role: 'administrator',
    body: z.strictObject({ isBank: z.boolean() }),
    status: 200,
    answer: companyView,
  },
  listCompanyChanges: {
    method: 'GET',
    path: '/api/company/changes',
    summary: 'Who changed these settings and when, the newest first',
    role: 'administrator',
    status: 200,
    answer: z.object({ changes: z.array(companyChange) }),
  },
  listBlockedPhones: {
    method: 'GET',
    path: '/api/company/blocked-phones',
    summary: 'Phones that the company does not write to, the newest first',
    role: 'administrator',
    query: z.strictObject({ cursor: cursor.optional() }),
    status: 200,
    answer: blockedPhonesPage,
  },
  // In the body: a phone in an address would end up in logs and browser histories.
  findBlockedPhone: {
    method: 'POST',
    path: '/api/company/blocked-phones/find',
    summary: 'Whether one phone is on the block list',
    role: 'administrator',
    body: z.strictObject({ phone: phoneText }),
    status: 200,
    answer: z.object({ found: blockedPhoneView.nullable() }),
  },
  blockPhone: {
    method: 'POST',
    path: '/api/company/blocked-phones',
    summary: 'Puts a phone on the block list; queued messages to it are not sent. A repeat changes nothing',
    role: 'administrator',
    body: newBlockedPhone,
    status: 201,
    answer: blockedPhoneView,
  },
  unblockPhone: {
    method: 'DELETE',
    path: '/api/company/blocked-phones/:blockedPhoneId',
    summary: 'Takes a phone off the block list',
    role: 'administrator',
    params: z.object({ blockedPhoneId: id }),
    status: 200,
    answer: z.object({ ok: z.literal(true) }),
  },
} as const satisfies Record<string, Endpoint>;
