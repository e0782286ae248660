/**
 * Labels of the details of an audit line. The type checks that every known detail has one; a detail of another
 * version is shown as stored.
 */
import { apiRights } from '../../shared/schemas/apiKey.ts';
import type { AuditDetail } from '../../shared/schemas/auditActions.ts';
import { phoneEvidences } from '../../shared/schemas/client.ts';
import { roles } from '../../shared/schemas/person.ts';
import { type RetentionKind, retentionKinds } from '../../shared/schemas/personalData.ts';
import type { TextKey } from '../i18n/areas.ts';
import { type DetailLabel, fileLabels, type Reader, type Value } from '../settings/fileLabels.ts';
import { dayNames, fullTime } from '../ui/formatTime.ts';
import { isOf } from '../ui/isOf.ts';
import { endOfId } from './subjectLabels.ts';

/** `{{value}}` in the text is the value, unchanged. */
const plainly =
  (key: TextKey): DetailLabel =>
  (value, { t }) =>
    value === null || value === '' ? null : t(key, { value: String(value) });
const whether =
  (yes: TextKey | null, no: TextKey | null): DetailLabel =>
  (value, { t }) => {
    const key = value === true ? yes : value === false ? no : null;
    return key && t(key);
  };
const days =
  (kind: RetentionKind): DetailLabel =>
  (value, { t }) =>
    `${t(`personalData.retention.${kind}`)}: ${
      value === null ? t('audit.detail.forever') : t('audit.detail.daysKept', { count: Number(value) })
    }`;
const kept = Object.fromEntries(
  (Object.keys(retentionKinds) as RetentionKind[]).map((kind) => [kind, days(kind)]),
) as Record<RetentionKind, DetailLabel>;

const detailLabels: Record<AuditDetail, DetailLabel> = {
  ...fileLabels,
  ...kept,
  version: plainly('audit.detail.version'),
  reason: plainly('audit.detail.reason'),
  template: plainly('audit.detail.template'),
  startAt: (value, { t, locale }) =>
    value === null ? null : t('audit.detail.startAt', { value: fullTime(String(value), locale) }),
  againId: (value, { t }) => t('audit.detail.againId', { value: endOfId(String(value)) }),
  how: (value, { t }) =>
    isOf(phoneEvidences, value)
      ? t(`audit.detail.how.${value}`)
      : t('audit.detail.how', { value: String(value) }),
  other: (value, { t }) =>
    value === null ? null : t('audit.detail.other', { value: endOfId(String(value)) }),
  name: plainly('audit.detail.name'),
  role: (value, { t }) => (isOf(roles, value) ? t(`role.${value}`) : String(value)),
  communities: (value, { t }) =>
    value === null
      ? t('audit.detail.allCommunities')
      : t('audit.detail.communities', { value: String(value) }),
  address: plainly('audit.detail.address'),
  isUnconfirmed: whether('audit.detail.unconfirmed', null),
  longPoll: whether('audit.detail.longPoll', null),
  webhook: whether('audit.detail.webhook', null),
  ratingQuestion: (value, { t }) =>
    value === null
      ? t('audit.detail.usualQuestion')
      : t('audit.detail.ratingQuestion', { value: String(value) }),
  timeZone: plainly('audit.detail.timeZone'),
  hours: (value, { t }) =>
    value === null ? t('audit.detail.noHours') : t('audit.detail.hours', { value: String(value) }),
  days: (value, { locale }) => {
    const names = dayNames(locale);
    return String(value)
      .split(',')
      .map((day) => names[Number(day) - 1] ?? day)
      .join(' ');
  },
  workingHours: (value, { t }) =>
    value === null
      ? t('audit.detail.noWorkingHours')
      : t('audit.detail.workingHours', { value: String(value) }),
  holidays: plainly('audit.detail.holidays'),
  targets: plainly('audit.detail.targets'),
  targetCommunities: plainly('audit.detail.targetCommunities'),
  criteria: plainly('audit.detail.criteria'),
  conversation: (value, { t }) => t('audit.detail.conversation', { value: endOfId(String(value)) }),
  average: (value, { t, locale }) =>
    t('audit.detail.average', { value: Number(value).toLocaleString(locale, { maximumFractionDigits: 1 }) }),
  averageBefore: (value, { t, locale }) =>
    t('audit.detail.averageBefore', {
      value: Number(value).toLocaleString(locale, { maximumFractionDigits: 1 }),
    }),
  formerName: plainly('audit.detail.formerName'),
  folder: plainly('audit.detail.folder'),
  isTextNew: whether('audit.detail.textNew', null),
  answers: plainly('audit.detail.answers'),
  added: plainly('audit.detail.added'),
  replaced: plainly('audit.detail.replaced'),
  phone: plainly('audit.detail.phone'),
  baseUrl: plainly('audit.detail.baseUrl'),
  service: plainly('audit.detail.service'),
  newCredentials: whether('audit.detail.newCredentials', null),
  newStatusSecret: whether('audit.detail.newStatusSecret', null),
  event: plainly('audit.detail.event'),
  isStored: whether('audit.detail.eventStored', 'audit.detail.eventFails'),
  rights: (value, { t }) => {
    const rights = String(value)
      .split(' ')
      .map((right) => (isOf(apiRights, right) ? t(`audit.detail.right.${right}`) : right));
    return t('audit.detail.rights', { value: rights.join(', ') });
  },
  statusUrl: (value, { t }) =>
    value === null ? t('audit.detail.noStatusUrl') : t('audit.detail.statusUrl', { value: String(value) }),
  ratePerMinute: (value, { t, locale }) =>
    t('audit.detail.ratePerMinute', { value: Number(value).toLocaleString(locale) }),
  requiresBodyHash: whether('audit.detail.bodyHash.needed', 'audit.detail.bodyHash.free'),
  isActive: whether('audit.detail.active', 'audit.detail.inactive'),
  overlapHours: (value, { t }) =>
    value === 0 ? t('audit.detail.noOverlap') : t('audit.detail.overlap', { count: Number(value) }),
};

/** In the order in which they are stored. */
export function labelsOfDetails(details: Readonly<Record<string, Value>>, reader: Reader): string[] {
  return Object.entries(details).flatMap(([name, value]) => {
    if (Object.hasOwn(detailLabels, name)) return detailLabels[name as AuditDetail](value, reader) ?? [];
    return value === null || value === '' ? [] : `${name}: ${value}`;
  });
}
