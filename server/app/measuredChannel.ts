/** Wraps a network's channel: sends are timed and counted by outcome; every other call passes through. */
import type { Channel } from '../conversations/outbox/channel.ts';
import type { Metrics } from '../observability/metrics.ts';

export function measuredChannel(
  network: string,
  channel: Channel,
  { messagesSent, sendSeconds }: Pick<Metrics, 'messagesSent' | 'sendSeconds'>,
): Channel {
  return {
    ...channel,
    async send(community, message) {
      const startedAtMs = performance.now();
      let outcome = 'threw';
      try {
        const sent = await channel.send(community, message);
        outcome = sent.kind;
        return sent;
      } finally {
        sendSeconds.observe({ network }, (performance.now() - startedAtMs) / 1000);
        messagesSent.inc({ network, outcome });
      }
    },
  };
}
