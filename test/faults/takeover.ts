/**
 * Two desks in two processes share a store, with production lease times. The one that polls and sends is killed; the
 * other must store a client's next message, and send once each answer that the dead process had claimed.
 */
import { communityModel } from '../../server/communities/community.model.ts';
import { messageModel } from '../../server/conversations/message.model.ts';
import { openDesks } from '../support/desksOverStore.ts';
import { until } from '../support/until.ts';
import { storedTexts } from './texts.ts';

export interface TakeoverReport {
  /** From the kill until a message written just after it can be read at the other process. */
  storedAfterMs: number;
  /** From the kill until the last answer that the dead process had claimed is sent. */
  answersSentAfterMs: number;
  claimedByTheDead: number;
  /** Answers on each phone, one entry per client. */
  onPhones: string[][];
  texts: string[];
}

const GROUP_ID = 700_800;
const TOKEN = 'takeover-token';
const WRITING_CLIENT = 6_001;
const ANSWERED_CLIENTS = [6_002, 6_003, 6_004];
/** Slow enough that the kill interrupts the calls. */
const SLOW_ANSWERS_MS = 1_500;

export async function takeover(): Promise<TakeoverReport> {
  await using desks = await openDesks({ desks: 2 });
  const { control, connection } = desks;
  control.createCommunity({ groupId: GROUP_ID, name: 'Takeover', token: TOKEN });
  for (const userId of [WRITING_CLIENT, ...ANSWERED_CLIENTS])
    control.createUser({ userId, firstName: 'C', lastName: String(userId), phone: `+7999222${userId}` });

  await desks.start(0);
  const admin = await desks.admin(0);
  await admin.call('connectCommunity', {
    body: { network: 'vk', token: TOKEN, intake: { longPoll: true, webhook: false } },
  });
  for (const userId of [WRITING_CLIENT, ...ANSWERED_CLIENTS])
    control.clientSends({ userId, groupId: GROUP_ID, text: `hello from ${userId}` });
  const conversations = await until('all to have written', async () => {
    const texts = await storedTexts(admin);
    return texts.size === 1 + ANSWERED_CLIENTS.length && texts;
  });

  await desks.start(1);
  const there = await desks.admin(1);
  const messages = messageModel(connection);
  const communities = communityModel(connection);
  const lease = (await communities.findOne().lean())?.lease;

  // Two answers for each client: the first is being sent at the kill, the second waits behind it.
  control.setFaults({ slowAnswersMs: SLOW_ANSWERS_MS });
  for (const [conversationId, texts] of conversations) {
    if (texts[0] === `hello from ${WRITING_CLIENT}`) continue;
    for (const text of ['one', 'two'])
      await admin.call('sendAnswer', {
        params: { conversationId },
        body: { clientToken: `${text}-${conversationId}`, text },
      });
  }
  const owners = await until('answers to be under way', async () => {
    const sending = await messages.find({ 'outbox.dueAt': { $exists: true }, status: 'sending' }).lean();
    return sending.length >= ANSWERED_CLIENTS.length && sending.map(({ outbox }) => outbox?.owner);
  });
  // The polling process dies; the other one must finish the answers that it had claimed.
  const claimedByTheDead = owners.filter((owner) => owner === lease?.owner).length;
  await desks.kill(0);
  const killedAtMs = Date.now();
  control.setFaults({ slowAnswersMs: 0 });
  control.clientSends({ userId: WRITING_CLIENT, groupId: GROUP_ID, text: 'is anybody there?' });
  const texts = await until(
    'the other process to store the message',
    async () => {
      const list = [...(await storedTexts(there)).values()].flat();
      return list.includes('is anybody there?') && list;
    },
    { timeoutMs: 30_000 },
  );
  const storedAfterMs = Date.now() - killedAtMs;
  await until(
    'every answer to be sent',
    async () => (await messages.countDocuments({ 'outbox.dueAt': { $exists: true } })) === 0,
    { timeoutMs: 60_000 },
  );
  return {
    storedAfterMs,
    answersSentAfterMs: Date.now() - killedAtMs,
    claimedByTheDead,
    onPhones: ANSWERED_CLIENTS.map((userId) =>
      control
        .snapshot({ groupId: GROUP_ID, userId })
        .messages.filter(({ out }) => out === 1)
        .map(({ text }) => text),
    ),
    texts,
  };
}

if (process.argv[1] === new URL(import.meta.url).pathname)
  process.stdout.write(`${JSON.stringify(await takeover(), null, 2)}\n`);
