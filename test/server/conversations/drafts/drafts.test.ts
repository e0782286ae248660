/** Drafts at two devices of one person, over HTTP and sockets. */

import { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { conversationModel } from '../../../../server/conversations/conversation.model.ts';
import { draftModel } from '../../../../server/conversations/drafts/draft.model.ts';
import { listDrafts, saveDraft } from '../../../../server/conversations/drafts/drafts.ts';
import type { DraftContent, StoredDraft } from '../../../../shared/schemas/draft.ts';
import type { DeskClient } from '../../../support/deskProcess.ts';
import { expectReadByIndex } from '../../../support/explained.ts';
import { startDesk, type TestDesk } from '../../../support/startDesk.ts';
import { openTestStore } from '../../../support/store.ts';
import { until } from '../../../support/until.ts';

const content = (text: string, change: Partial<DraftContent> = {}): DraftContent => ({
  text,
  mode: 'answer',
  sinceSeq: text === '' ? null : 1,
  quoted: null,
  ...change,
});
const empty = content('');

describe('the desk', () => {
  let desk: TestDesk;
  let anna: DeskClient;
  let conversationId: string;
  beforeAll(async () => {
    desk = await startDesk();
    anna = await desk.as('anna@example.com');
    desk.sandbox.control.clientSends({ userId: 2001, groupId: desk.groupId, text: 'Где мой заказ?' });
    conversationId = await until('the conversation', async () => {
      const { rows } = await anna.call('listConversations');
      return rows[0]?.id;
    });
  });
  afterAll(async () => desk?.[Symbol.asyncDispose]());

  const save = (client: DeskClient, baseRevision: number, draft: DraftContent) =>
    client.call('saveDraft', { params: { conversationId }, body: { ...draft, baseRevision } });
  const own = async (client: DeskClient) => (await client.call('listDrafts')).drafts;

  it('keeps a draft for its writer alone, and tells the writer’s other tabs', async () => {
    const ivan = await desk.as('ivan@example.com');
    const [other, colleague] = [await desk.openInbox(anna), await desk.openInbox(ivan)];
    const quoted = { messageId: null, authorName: 'Анна', text: 'Где?', attachmentKinds: [] };
    const written = content('Здравствуйте! Уже', { quoted });
    const saved = await save(anna, 0, written);
    expect(saved).toEqual({
      isSaved: true,
      draft: { ...written, conversationId, revision: expect.any(Number) },
    });
    const told = await until('the other tab to hear of it', () =>
      other.changes.find((change) => change.type === 'draft.changed'),
    );
    expect(told).toMatchObject({ draft: saved.draft });
    expect(await own(anna)).toEqual([saved.draft]);
    expect(await own(ivan)).toEqual([]);
    // A colleague's own draft of the same conversation is another one.
    expect((await save(ivan, 0, content('Я отвечу'))).isSaved).toBe(true);
    expect(await own(anna)).toEqual([saved.draft]);
    await until('his own draft at his tab', () =>
      colleague.changes.some((change) => change.type === 'draft.changed'),
    );
    expect(JSON.stringify(colleague.changes)).not.toContain(written.text);
  });

  it('refuses a save that did not know of the last one, and says what is stored', async () => {
    const [stored] = await own(anna);
    const { revision } = stored as StoredDraft;
    const next = await save(anna, revision, content('С телефона'));
    expect(next.draft.revision).toBeGreaterThan(revision);
    for (const late of [content('С компьютера'), empty])
      expect(await save(anna, revision, late)).toEqual({ isSaved: false, draft: next.draft });
    expect(await own(anna)).toEqual([next.draft]);
  });

  it('stores nothing of an emptied draft, and begins again', async () => {
    const [stored] = await own(anna);
    const { revision } = stored as StoredDraft;
    const emptied = await save(anna, revision, empty);
    expect(emptied).toMatchObject({ isSaved: true, draft: { text: '' } });
    expect(await own(anna)).toEqual([]);
    // A device that knows nothing of it begins anew, and what it saves is newer for the others.
    const again = await save(anna, 0, content('Снова'));
    expect(again.isSaved).toBe(true);
    expect(again.draft.revision).toBeGreaterThan(emptied.draft.revision);
    expect(await save(anna, 0, content('Давно'))).toMatchObject({ isSaved: false, draft: { text: 'Снова' } });
    expect(await save(anna, again.draft.revision, empty)).toMatchObject({ isSaved: true });
    expect(await save(anna, 0, empty)).toMatchObject({ isSaved: true });
  });

  it('names what is wrong with a draft', async () => {
    await expect(save(anna, 0, content('а'.repeat(16_385)))).rejects.toThrow(/text/);
    await expect(save(anna, -1, empty)).rejects.toThrow(/baseRevision/);
  });
});

it('reads the drafts of a person by an index, and forgets those that come during an erasure', async () => {
  await using store = await openTestStore();
  const models = {
    drafts: draftModel(store.connection),
    conversations: conversationModel(store.connection),
  };
  await store.build(Object.values(models) as never);
  const [companyId, communityId] = [new Types.ObjectId(), new Types.ObjectId()];
  const people = [new Types.ObjectId(), new Types.ObjectId()];
  const talks = Array.from({ length: 40 }, (_, at) => ({
    _id: new Types.ObjectId(),
    companyId,
    communityId: at === 0 ? new Types.ObjectId() : communityId,
    network: 'vk' as const,
    peerId: String(at),
    clientId: new Types.ObjectId(),
    clientName: 'Ольга',
    lastActivityAt: new Date(),
    createdAt: new Date(),
    ...(at === 1 && { erasedAt: new Date() }),
  }));
  await models.conversations.insertMany(talks);
  for (const person of people)
    for (const talk of talks)
      await saveDraft(models, person.toHexString(), talk, { ...content('Черновик'), baseRevision: 0 });
  const ofPerson = models.drafts.find({ personId: people[0]! }).sort({ at: -1 }).limit(100);
  await expectReadByIndex(ofPerson, 39);
  await expectReadByIndex(models.drafts.find({ conversationId: talks[5]!._id }), 2);
  // Neither the erased conversation's nor those of a community that the person may not see any more.
  const seen = await listDrafts(models, people[0]!.toHexString(), { communityId });
  expect(seen.map(({ conversationId }) => conversationId).toSorted()).toEqual(
    talks
      .slice(2)
      .map(({ _id }) => _id.toHexString())
      .toSorted(),
  );
  expect(await models.drafts.countDocuments({ conversationId: talks[1]!._id })).toBe(0);
});
