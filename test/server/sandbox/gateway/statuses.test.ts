import { describe, expect, it } from 'vitest';
import { startGateway } from './gatewayFixture.ts';

describe('a status', () => {
  it('is posted again until it is answered 200, with the same time', async () => {
    await using gateway = await startGateway();
    gateway.statuses.answerWith(500, 302, 204);
    const messageId = await gateway.sendOne();
    await gateway.statuses.until((received) => received.length === 5);
    const sent = gateway.callbacksOf(messageId).filter(({ status }) => status === 'sent');
    const delivered = gateway.callbacksOf(messageId).filter(({ status }) => status === 'delivered');
    expect(sent.length + delivered.length).toBe(5);
    expect(new Set(sent.map(({ time }) => time)).size).toBe(1);
    const { control } = gateway.sandbox;
    await control.waitUntil(() => control.gatewayCounters().statusesWaiting === 0);
    expect(control.gatewayCounters()).toMatchObject({ statusesPosted: 2, statusesRefused: 3 });
  });

  it('comes twice, and as an unknown status, under those faults', async () => {
    await using gateway = await startGateway();
    gateway.sandbox.control.setFaults({ statusRepeats: 2, statusExtraWord: 'pondered' });
    const messageId = await gateway.sendOne();
    await gateway.untilStatuses(messageId, ['sent', 'sent', 'pondered', 'delivered', 'delivered']);
    expect((await gateway.state(messageId)).history).toHaveLength(2);
  });

  it('comes in reverse order under that fault', async () => {
    await using gateway = await startGateway();
    const { control } = gateway.sandbox;
    control.setSettings({ shuffleHoldMs: 20 });
    control.setFaults({ statusReverse: true });
    const messageId = await gateway.sendOne();
    await gateway.untilStatuses(messageId, ['delivered', 'sent']);
  });

  it('comes late under that fault', async () => {
    await using gateway = await startGateway();
    gateway.sandbox.control.setFaults({ statusDelayMs: 120 });
    const startedAt = Date.now();
    const messageId = await gateway.sendOne();
    await gateway.untilStatuses(messageId, ['sent', 'delivered']);
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(115);
  });

  it('never comes when it is lost, but a lookup still returns it', async () => {
    await using gateway = await startGateway();
    gateway.sandbox.control.setFaults({ statusLose: 1 });
    const messageId = await gateway.sendOne();
    await gateway.untilStatuses(messageId, ['delivered']);
    const { history } = await gateway.state(messageId);
    expect(history.map(({ status }) => status)).toEqual(['sent', 'delivered']);
  });

  it('waits while the network is off', async () => {
    await using gateway = await startGateway();
    const { control } = gateway.sandbox;
    control.setFaults({ statusDelayMs: 30 });
    const messageId = await gateway.sendOne();
    control.setFaults({ networkOff: true });
    await control.waitUntil(() => control.gatewayCounters().statusesRefused > 0);
    await expect(gateway.call(`/vk/messages/${messageId}`)).rejects.toThrow();
    control.clearFaults();
    await gateway.statuses.until((received) => received.length === 2);
  });
});
