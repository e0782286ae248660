/**
 * Writes a sample month into an empty installation beside a sandbox, or goes on with one that was interrupted. No part
 * of the desk that works by itself runs meanwhile.
 */
import type { FirstPeople } from '../auth/firstPeople.ts';
import { listConversations } from '../conversations/list/listConversations.ts';
import type { Message } from '../conversations/message.model.ts';
import type { Logger } from '../observability/logger.ts';
import { type MonthOptions, planMonth } from '../sample/planMonth.ts';
import { playMonth } from '../sample/playMonth.ts';
import { createPick } from '../sample/random.ts';
import type { SampleMonth } from '../sample/sampleMonth.model.ts';
import type { Life } from '../sample/steps.ts';
import { seededRandom } from '../sandbox/seededRandom.ts';
import type { Sandbox } from '../sandbox/startSandbox.ts';
import { currentTimeMs } from '../work/clock.ts';
import { createClosing } from './closing.ts';
import type { Config } from './config.ts';
import { type AppContext, createContext } from './context.ts';
import { openPorts } from './samplePorts.ts';
import type { Store } from './store.ts';

export interface SampleOptions extends Pick<MonthOptions, 'days' | 'perDay'> {
  seed: number;
}

export type SampleOutcome =
  | { kind: 'written'; lives: number; first: FirstPeople }
  /** The month was whole already. */
  | { kind: 'known'; first: FirstPeople }
  /** The sample month belongs beside a sandbox, so that no network is told anything. */
  | { kind: 'noSandbox' }
  | { kind: 'hasConversations' }
  | { kind: 'otherMonth'; month: SampleMonth };

/** So many dialogues the sandbox gets; with all of them it would be slow. */
const NEWEST = 60;

export async function writeSampleMonth(
  config: Config,
  options: SampleOptions,
  { logger, say }: { logger: Logger; say(livesDone: number, lives: number): void },
): Promise<SampleOutcome> {
  if (!config.isSandboxOn) return { kind: 'noSandbox' };
  const closing = createClosing();
  try {
    // Without roles no part listens, sends or serves.
    const quiet: Config = { ...config, roles: new Set() };
    const context = await createContext(quiet, { logger, timing: {}, closing });
    const { store } = context;
    const begun = await beginMonth(context, options);
    if ('kind' in begun) return begun;
    const lives = planMonth(createPick(seededRandom(begun.month.seed)), {
      ...options,
      untilMs: begun.month.untilAt.getTime(),
    });
    const { first, ports, sandbox } = await openPorts(context, lives, begun.month);
    if (begun.month.isDone) return { kind: 'known', first };
    await playMonth({ ports, ...store, ...begun, lives, say: (done) => say(done, lives.length) });
    await restoreNewest(store, sandbox, lives);
    await store.sampleMonths.updateOne({ _id: store.companyId }, { $set: { isDone: true } });
    return { kind: 'written', lives: lives.length, first };
  } finally {
    await closing.closeAll();
  }
}

type Begun = { month: SampleMonth; isResumed: boolean };

/** Only a store without conversations, or one of an earlier run. */
async function beginMonth(
  { store }: AppContext,
  { seed, days, perDay }: SampleOptions,
): Promise<Begun | Extract<SampleOutcome, { kind: 'hasConversations' | 'otherMonth' }>> {
  const { sampleMonths, companyId: _id } = store;
  const known = await sampleMonths.findById(_id).lean<SampleMonth>();
  if (known) {
    const isSame = known.seed === seed && known.days === days && known.perDay === perDay;
    return isSame ? { month: known, isResumed: true } : { kind: 'otherMonth', month: known };
  }
  if (await store.conversations.exists({})) return { kind: 'hasConversations' };
  const untilAt = new Date(Math.floor(currentTimeMs() / 1000) * 1000);
  const month: SampleMonth = { _id, seed, days, perDay, untilAt, livesDone: 0, isDone: false };
  await sampleMonths.create(month);
  return { month, isResumed: false };
}

/** The clients of the newest open conversations can be answered, and write again on the sandbox's phones. */
async function restoreNewest(
  { conversations, communities, messages, companyId }: Store,
  { control }: Sandbox,
  lives: readonly Life[],
): Promise<void> {
  const phoneOf = new Map(lives.map(({ userId, phone }) => [userId, phone]));
  const { rows: newest } = await listConversations(conversations, {
    audience: { companyId },
    personId: companyId,
    filter: 'all',
    limit: NEWEST,
  });
  for (const { _id: conversationId, communityId, peerId, network, clientName: name } of newest) {
    const { externalId: groupId } = await communities.findById(communityId).orFail().lean();
    const thread = await messages
      .find({ conversationId, externalId: { $exists: true }, kind: { $ne: 'service' } } as never)
      .sort({ seq: 1 })
      .lean<Message[]>();
    control.restoreDialogue({
      network,
      groupId,
      userId: Number(peerId.replace('user:', '')),
      name,
      phone: phoneOf.get(peerId) ?? '',
      messages: thread.map(({ direction, text, sentAt, randomId, externalId }) => ({
        isOut: direction === 'out',
        text,
        at: sentAt,
        randomId: randomId ?? 0,
        externalId: externalId!,
      })),
    });
  }
}
