import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleCommunity, sampleOkGroup } from '../../server/sandbox/sample.ts';
import type { DeskClient } from '../support/deskProcess.ts';
import { type Inbox, startDesk, type TestDesk } from '../support/startDesk.ts';
import { until } from '../support/until.ts';

const { groupId } = sampleCommunity;
const { okGroupId } = sampleOkGroup;
/** Nobody here follows a community: the sandbox's networks have no followers, and the desk never asks about them. */
const stranger = {
  userId: 2101,
  firstName: 'Зоя',
  lastName: 'Новая',
  phone: '+79990000101',
  sex: 1,
} as const;

let test: TestDesk;
let agent: DeskClient;
let inbox: Inbox;
beforeAll(async () => {
  test = await startDesk();
  test.sandbox.control.createUser({ ...stranger, okUserId: 'user:7101' });
  agent = await test.as('anna@example.com');
  inbox = await test.openInbox(agent);
});
afterAll(() => test?.[Symbol.asyncDispose]());

async function answered(text: string): Promise<void> {
  const { conversationId } = await inbox.nextMessage(text, (message) => message.text === text);
  const { id } = await agent.call('sendAnswer', {
    params: { conversationId },
    body: { clientToken: randomUUID(), text: `Ответ: ${text}` },
  });
  await inbox.nextMessage('the answer', (message) => message.id === id && message.status === 'sent');
}

describe('N15 the client need not follow the community', () => {
  it('in VK a stranger writes and is answered', async () => {
    const { control } = test.sandbox;
    const { userId } = stranger;
    control.clientSends({ groupId, userId, text: 'Я не подписана' });
    await answered('Я не подписана');
    await until('the answer on the phone', () =>
      JSON.stringify(control.snapshot({ groupId, userId })).includes('Ответ: Я не подписана'),
    );
    expect(Object.keys(control.counters({ groupId }).apiCalls)).not.toContain('groups.isMember');
  });

  it('in OK a stranger writes and is answered', async () => {
    const { control } = test.sandbox;
    const { userId } = stranger;
    control.okClientSends({ okGroupId, userId, text: 'И в ОК не подписана' });
    await answered('И в ОК не подписана');
    const { messages } = control.okSnapshot({ okGroupId, userId });
    expect(messages.at(-1)).toMatchObject({ isFromGroup: true, text: 'Ответ: И в ОК не подписана' });
  });
});
