/** Ingests the raw text of a dead letter again. */
import { UnreadableEventError } from '../whyFailed.ts';
import { fillOneDialogue } from './backfill.ts';
import type { VkClient } from './clients.ts';
import type { VkLetterForm } from './letters.ts';
import { toNetworkMessage } from './parse.ts';
import { vkMessage } from './schema.ts';
import { planUpdates, queueKeyOf, type UpdateDeps } from './updates.ts';

/** One attempt, in the queue of its dialogue. Rejects as the intake does. */
export async function ingestVkLetter(
  deps: UpdateDeps,
  client: VkClient,
  { form }: { form: string },
  raw: string,
): Promise<void> {
  const given: unknown = JSON.parse(raw);
  const { keyedQueue, intake } = deps;
  switch (form as VkLetterForm) {
    case 'update': {
      const planned = planUpdates(deps, client, [given]);
      if (planned.length === 0) throw new UnreadableEventError();
      for (const { queueKey, events } of planned)
        for (const { ingest } of events) await keyedQueue.run(queueKey, () => keyedQueue.withSlot(ingest));
      return;
    }
    case 'message': {
      const read = vkMessage.safeParse(given);
      if (!read.success) throw new UnreadableEventError();
      const message = toNetworkMessage(read.data, true);
      await keyedQueue.run(queueKeyOf(client, message.peerId), () =>
        keyedQueue.withSlot(() =>
          intake.ingest(client.community, { type: 'message', message }, { acceptGap: true }),
        ),
      );
      return;
    }
    case 'dialogue':
      return fillOneDialogue({ ...deps, client, progress: () => undefined }, given);
    default:
      throw new UnreadableEventError();
  }
}
