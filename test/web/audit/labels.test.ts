/** Every audit line that the server can write has labels in both languages. */
import { describe, expect, it } from 'vitest';
import { type AuditAction, type AuditDetail, auditActions } from '../../../shared/schemas/auditActions.ts';
import { phoneEvidences } from '../../../shared/schemas/client.ts';
import { deliveryViews } from '../../../shared/schemas/deliveryView.ts';
import { roles } from '../../../shared/schemas/person.ts';
import { transcriptFormats, transcriptScopes } from '../../../shared/schemas/transcript.ts';
import { serviceStatuses } from '../../../shared/v1/statuses.ts';
import { labelOfAction } from '../../../web/audit/actionLabels.ts';
import { labelsOfDetails } from '../../../web/audit/detailLabels.ts';
import { type Area, areas } from '../../../web/i18n/areas.ts';
import { createI18n } from '../../../web/i18n/i18n.ts';
import type { Value } from '../../../web/settings/fileLabels.ts';

const readers = await Promise.all(
  (['ru', 'en'] as const).map(async (language) => {
    const i18n = await createI18n(language);
    await i18n.need(Object.keys(areas) as Area[]);
    return { language, t: i18n.current().t, locale: language === 'ru' ? 'ru-RU' : 'en-GB' };
  }),
);

const moment = '2026-03-01T10:00:00.000Z';
const id = '65f0000000000000000000ab';
/** Every value that a detail is known to have; for free values one or two samples. */
const values: Record<AuditDetail, Value[]> = {
  isUnconfirmed: [true],
  version: [1, 12],
  reason: ['Реклама'],
  rows: [1_203],
  template: ['orderReady', null],
  startAt: [moment, null],
  againId: [id],
  view: [...deliveryViews],
  status: [...serviceStatuses],
  network: ['vk', 'ok'],
  from: [moment],
  to: [moment],
  byPhone: [true, false],
  isComplete: [true, false],
  format: [...transcriptFormats],
  scope: [...transcriptScopes],
  conversations: [1, 12],
  how: [...phoneEvidences],
  other: [id, null],
  name: ['Лавка'],
  role: [...roles],
  communities: [2, null],
  address: ['203.0.113.7'],
  ratingQuestion: ['1–5?', null],
  criteria: ['5; 7'],
  conversation: [id],
  average: [4.5],
  averageBefore: [2],
  longPoll: [true, false],
  webhook: [true, false],
  timeZone: ['Europe/Moscow'],
  hours: ['09:00–21:00', null],
  workingHours: ['09:00–18:00, –', null],
  holidays: [14],
  targets: ['15 / 30 / –'],
  targetCommunities: [2],
  days: ['1,2,7'],
  formerName: ['Лавка'],
  folder: ['Лавка'],
  isTextNew: [true],
  answers: [3],
  added: [0, 12],
  replaced: [1],
  phone: ['+7•••••••12'],
  baseUrl: ['https://gateway.example.com'],
  service: ['lavka'],
  newCredentials: [true, false],
  newStatusSecret: [true, false],
  event: ['message_new'],
  isStored: [true, false],
  rights: ['send', 'read', 'send read'],
  statusUrl: ['https://shop.example.com/hook', null],
  ratePerMinute: [60_000],
  requiresBodyHash: [true, false],
  isActive: [true, false],
  overlapHours: [0, 1, 2, 24],
  messages: [365, null],
  serviceMessages: [41, null],
  mailingRows: [7, null],
  register: [1_095],
  unusedUploads: [1],
};
/** Values without a label, because they are the default. */
const silent = (detail: AuditDetail, value: Value) =>
  (value === null && ['template', 'startAt', 'other'].includes(detail)) ||
  (value === false &&
    ['byPhone', 'longPoll', 'newCredentials', 'newStatusSecret', 'webhook'].includes(detail)) ||
  (detail === 'isComplete' && value === true) ||
  (detail === 'view' && value === 'all');
/** Names and numbers, the same in every language. */
const foreign =
  /«[^»]*»|message_new|orderReady|Лавка|Реклама|https?:\S+|lavka|Long Poll|Callback API|203\.0\.113\.7|Europe\/Moscow|\d\d:\d\d/g;

describe.each(readers)('the audit in $language', ({ language, t, locale }) => {
  const isOwn = (label: string) =>
    language === 'ru' ? /[а-яё]/i.test(label) : /[a-z]/i.test(label) && !/[а-яё]/i.test(label);

  it.each(Object.keys(auditActions) as AuditAction[])('labels %s', (action) => {
    const key = labelOfAction(action);
    const name = key === null ? '' : t(key);
    expect({ name, isOwn: isOwn(name) }).toEqual({ name, isOwn: true });
    expect(name).not.toBe(key);
    for (const detail of auditActions[action] as readonly AuditDetail[])
      for (const value of values[detail]) {
        const labels = labelsOfDetails({ [detail]: value }, { t, locale });
        expect({ detail, value, labels: labels.length }).toEqual({
          detail,
          value,
          labels: silent(detail, value) ? 0 : 1,
        });
        for (const label of labels) {
          expect({ label, isOwn: isOwn(label.replace(foreign, '')) }).toEqual({ label, isOwn: true });
          expect(label).not.toMatch(/audit\.|deliveries\.|personalData\.|service\.|network\.|{{/);
        }
      }
  });
});

it('labels all details of one line in order', () => {
  const [russian] = readers;
  expect(
    labelsOfDetails(
      { rights: 'send read', statusUrl: null, ratePerMinute: 60_000, isActive: false },
      russian!,
    ).map((label) => label.replace(/\s/g, ' ')),
  ).toEqual(['права: отправка, чтение', 'без адреса для статусов', 'запросов в минуту: 60 000', 'выключен']);
});

it('shows unknown actions and details as stored', () => {
  expect(labelOfAction('template.painted')).toBeNull();
  expect(labelOfAction('toString')).toBeNull();
  expect(labelsOfDetails({ colour: 'red', how: 'dream', constructor: 1, none: null }, readers[1]!)).toEqual([
    'colour: red',
    'linked dream',
    'constructor: 1',
  ]);
});
