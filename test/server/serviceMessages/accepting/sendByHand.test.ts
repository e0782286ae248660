/** An agent sends a template to the client of a conversation. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DeskClient } from '../../../support/deskProcess.ts';
import { annaId, type ServiceDesk, startServiceDesk } from '../../../support/serviceDesk.ts';

let desk: ServiceDesk;
let agent: DeskClient;
beforeAll(async () => {
  desk = await startServiceDesk();
  agent = await desk.as('anna@example.com');
});
afterAll(() => desk?.[Symbol.asyncDispose]());

it('reports that a client has no phone, and reports notFound for a client that the agent cannot see', async () => {
  const inbox = await desk.openInbox(agent);
  desk.sandbox.control.clientSends({ groupId: desk.groupId, userId: annaId, text: 'Здравствуйте' });
  const change = await inbox.nextChange('the conversation', ({ row }) => row.client.name !== '');
  const params = { clientId: change.row.client.id };
  const body = { template: 'orderReady', variables: { order: '7' }, clientToken: 'token-000001' };
  expect(await agent.call('readMessagesLeft', { params })).toEqual({
    hasPhone: false,
    isLimited: true,
    left: [],
  });
  expect(await agent.call('sendByHand', { params, body })).toEqual({ outcome: 'noPhone' });
  await expect(agent.call('sendByHand', { params: { clientId: '0'.repeat(24) }, body })).rejects.toThrow(
    'notFound',
  );
});
