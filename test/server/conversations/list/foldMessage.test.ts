import { Types } from 'mongoose';
import { describe, expect, it } from 'vitest';
import type { Conversation } from '../../../../server/conversations/conversation.model.ts';
import { excerptOf, foldMessage } from '../../../../server/conversations/list/foldMessage.ts';
import type { Message, SystemChange } from '../../../../server/conversations/message.model.ts';
import { blankDraft } from '../../../../server/conversations/thread/thread.ts';

const openedAt = new Date('2026-01-10T09:00:00Z');
const later = new Date('2026-01-10T09:05:00Z');

const conversation: Conversation = {
  _id: new Types.ObjectId(),
  companyId: new Types.ObjectId(),
  communityId: new Types.ObjectId(),
  network: 'vk',
  peerId: '2001',
  clientId: new Types.ObjectId(),
  clientName: 'Ольга',
  clientHasAvatar: false,
  status: 'open',
  isResolved: false,
  snoozedUntil: null,
  assigneeId: null,
  labels: [],
  lastMessage: null,
  lastSeq: 4,
  replyCount: 2,
  answeredReplyCount: 1,
  waitingSince: null,
  isWaiting: false,
  lastActivityAt: openedAt,
  canWrite: true,
  tailPosition: 7,
  clientReadPosition: 0,
  revision: 9,
  createdAt: openedAt,
};

function message(part: Partial<Message>): Message {
  return {
    ...blankDraft(later),
    _id: new Types.ObjectId(),
    companyId: conversation.companyId,
    communityId: conversation.communityId,
    conversationId: conversation._id,
    clientId: conversation.clientId,
    peerId: conversation.peerId,
    seq: 5,
    version: 0,
    kind: 'reply',
    direction: 'in',
    authorType: 'client',
    authorName: '',
    text: 'Здравствуйте',
    status: 'received',
    ...part,
  };
}
const line = (system: Partial<SystemChange> & Pick<SystemChange, 'event'>) =>
  message({ kind: 'system', direction: 'internal', system: { personId: null, personName: null, ...system } });

describe('a message in its conversation', () => {
  it('makes the conversation wait and open again, when it is a reply', () => {
    const resolved: Conversation = { ...conversation, status: 'resolved', isResolved: true };
    expect(foldMessage(resolved, message({ position: 8 }))).toMatchObject({
      lastSeq: 5,
      replyCount: 3,
      waitingSince: later,
      isWaiting: true,
      status: 'open',
      isResolved: false,
      tailPosition: 8,
      lastActivityAt: later,
    });
  });

  it('keeps the start of the wait when the client writes again', () => {
    expect(foldMessage({ ...conversation, waitingSince: openedAt }, message({})).waitingSince).toBe(openedAt);
  });

  const waiting: Conversation = { ...conversation, waitingSince: openedAt, isWaiting: true };
  it('ends the wait when it is an answer, and nobody has to read what was answered', () => {
    expect(foldMessage(waiting, message({ kind: 'answer', direction: 'out' }))).toMatchObject({
      waitingSince: null,
      isWaiting: false,
      answeredReplyCount: 2,
    });
  });

  const answerAfter = (count: number, nextAt: Date | null = null) =>
    message({ kind: 'answer', direction: 'out', seenReplies: { count, nextAt } });
  const nextAt = new Date('2026-01-10T09:30:00Z');
  it.each([
    ['saw everything', waiting, answerAfter(2), { waitingSince: null, answeredReplyCount: 2 }],
    [
      'saw all but the last reply',
      { ...waiting, answeredReplyCount: 0 },
      answerAfter(1, nextAt),
      { waitingSince: nextAt, answeredReplyCount: 1 },
    ],
    [
      'missed a reply that came at that moment',
      { ...waiting, answeredReplyCount: 0 },
      answerAfter(1),
      { waitingSince: later, answeredReplyCount: 1 },
    ],
    [
      'saw less than a colleague has answered',
      waiting,
      answerAfter(0, openedAt),
      { waitingSince: openedAt, answeredReplyCount: 1 },
    ],
  ])('is an answer whose writer %s', (_, before, answer, expected) => {
    const after = { ...before, ...foldMessage(before, answer) };
    expect(after).toMatchObject({ ...expected, isWaiting: expected.waitingSince !== null });
  });

  it.each([
    message({ kind: 'note', direction: 'internal' }),
    message({ kind: 'service', direction: 'out' }),
    line({ event: 'assigned' }),
    line({ event: 'pending' }),
    line({ event: 'snoozed' }),
    line({ event: 'gapFound' }),
  ])('leaves the client waiting when it is $kind $system.event', (one) => {
    const change = foldMessage(waiting, one);
    expect({ ...waiting, ...change }).toMatchObject({
      waitingSince: openedAt,
      isWaiting: true,
      answeredReplyCount: 1,
    });
  });

  it('answers the case when a person wrote it and the client waits, and a resolution ends the case', () => {
    const waiting = { ...conversation, waitingSince: openedAt };
    const answer = message({ kind: 'answer', direction: 'out' });
    expect(foldMessage(waiting, answer)).toMatchObject({ isCaseAnswered: true });
    expect(foldMessage(conversation, answer)).not.toHaveProperty('isCaseAnswered');
    // VK's own bots and greetings come from the community, not from a person.
    const bot = { ...answer, authorType: 'administrator', authorExternalId: '-77' } as const;
    expect(foldMessage(waiting, bot)).not.toHaveProperty('isCaseAnswered');
    expect(foldMessage(waiting, { ...bot, authorExternalId: '77' })).toMatchObject({ isCaseAnswered: true });
    expect(foldMessage(waiting, line({ event: 'resolved' }))).toMatchObject({
      isCaseAnswered: false,
      caseWaitedMs: 0,
    });
  });

  it('does not move the conversation up when it is a note or comes from old history', () => {
    expect(foldMessage(conversation, message({ kind: 'note', direction: 'internal' }))).not.toHaveProperty(
      'lastActivityAt',
    );
    const old = message({ sentAt: new Date('2025-01-01T00:00:00Z') });
    expect(foldMessage(conversation, old).lastActivityAt).toEqual(openedAt);
  });

  it('never lowers the highest position', () => {
    expect(foldMessage(conversation, message({ position: 3 })).tailPosition).toBe(7);
  });

  const assigneeId = new Types.ObjectId();
  const snoozedUntil = new Date('2026-01-11T09:00:00Z');
  it.each([
    [line({ event: 'assigned', assigneeId }), { assigneeId }],
    [line({ event: 'unassigned', assigneeId: null }), { assigneeId: null }],
    [
      line({ event: 'resolved' }),
      { status: 'resolved', isResolved: true, waitingSince: null, isWaiting: false, answeredReplyCount: 2 },
    ],
    [line({ event: 'pending' }), { status: 'pending', isResolved: false }],
    [line({ event: 'snoozed', snoozedUntil }), { status: 'snoozed', snoozedUntil, isResolved: null }],
    [
      line({ event: 'woken' }),
      {
        status: 'open',
        isResolved: false,
        snoozedUntil: null,
        waitingSince: later,
        isWaiting: true,
        lastActivityAt: later,
      },
    ],
    [line({ event: 'reopened' }), { status: 'open', isResolved: false, snoozedUntil: null }],
    [line({ event: 'clientBlocked' }), { canWrite: false }],
    [line({ event: 'clientAllowed' }), { canWrite: true }],
  ])('changes the conversation by the system line $system.event', (system, expected) => {
    const change = foldMessage(conversation, system);
    expect(change).toMatchObject(expected);
    expect(change).not.toHaveProperty('lastMessage');
  });
});

describe('an excerpt', () => {
  it('is one line and splits no emoji', () => {
    expect(excerptOf('Первая\n  вторая')).toBe('Первая вторая');
    const long = excerptOf('👍'.repeat(500));
    expect([...long]).toHaveLength(161);
    expect(long.endsWith('👍…')).toBe(true);
  });
});
