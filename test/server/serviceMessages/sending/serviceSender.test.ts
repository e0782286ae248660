import { afterEach, expect, it } from 'vitest';
import {
  type ServiceSender,
  type ServiceSenderDeps,
  startServiceSender,
} from '../../../../server/serviceMessages/sending/serviceSender.ts';
import { silent } from '../../../support/store.ts';

const HOUR_MS = 3_600_000;
/** More event loop turns than a look takes from its last query to its end. */
const TURNS = 12;

let sender: ServiceSender | undefined;
afterEach(() => sender?.stop());

/** A sender without communities that polls too rarely to matter: only a wake makes it look. */
function startSender(communities: () => Promise<[]>): ServiceSender {
  const deps: Partial<ServiceSenderDeps> = { communities, logger: silent, timing: { pollMs: HOUR_MS } };
  sender = startServiceSender(deps as ServiceSenderDeps);
  return sender;
}

const immediate = () => new Promise((resolve) => setImmediate(resolve));

it.each(Array.from({ length: TURNS }, (_, turns) => turns))(
  'looks again when it is woken %i turns after its query was answered, long before the next poll',
  async (turns) => {
    let looks = 0;
    let answered = () => {};
    const started = startSender(async () => {
      looks += 1;
      await new Promise<void>((resolve) => {
        answered = resolve;
      });
      return [];
    });
    await immediate();
    expect(looks).toBe(1);
    answered();
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
    started.wake();
    await immediate();
    expect(looks).toBe(2);
    answered();
  },
);
