/** The lines under a client's name: where the person is known, and since when the number is confirmed. */
import type { UserView } from '../../shared/sandbox.ts';
import type { Say } from './labels.ts';

const confirmationMonths = 6;

export function idsOf({ hasVk, userId, okUserId }: UserView, say: Say): string[] {
  const okId = okUserId?.replace('user:', '');
  return [
    ...(hasVk ? [say('phone.vkId', { id: userId })] : []),
    ...(okId ? [say('phone.okId', { id: okId })] : []),
  ];
}

export function confirmationOf({ phone, phoneConfirmedAtMs, isPhoneMoved }: UserView, say: Say): string {
  if (phone === '') return say('phone.numberGone');
  if (isPhoneMoved) return say('phone.numberMoved');
  if (phoneConfirmedAtMs === null) return say('phone.neverConfirmed');
  const due = new Date(phoneConfirmedAtMs);
  due.setUTCMonth(due.getUTCMonth() + confirmationMonths);
  const date = new Date(phoneConfirmedAtMs).toLocaleDateString('ru');
  return say(due.getTime() > Date.now() ? 'phone.confirmed' : 'phone.confirmedLongAgo', { date });
}
