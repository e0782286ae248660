/** Threads, and processes that count them and may die or stand still at any of their writes. */
import { type Connection, type Model, Types } from 'mongoose';
import { companyModel } from '../../../server/companies/company.model.ts';
import { type Conversation, conversationModel } from '../../../server/conversations/conversation.model.ts';
import { createConversationStore } from '../../../server/conversations/list/conversationStore.ts';
import { type Message, messageModel } from '../../../server/conversations/message.model.ts';
import {
  blankDraft,
  createThread,
  type MessageDraft,
  systemDraft,
} from '../../../server/conversations/thread/thread.ts';
import { figureModels } from '../../../server/figures/figures.model.ts';
import { type FollowDeps, followOnce } from '../../../server/figures/followThreads.ts';
import type { RatingMark } from '../../../shared/schemas/rating.ts';
import { openTestStore, silent } from '../../support/store.ts';

export async function openFigures() {
  const store = await openTestStore();
  const figures = figuresOver(store.connection);
  await store.build(Object.values(figures.models) as never);
  return { store, ...figures };
}

export function figuresOver(connection: Connection) {
  const models = {
    companies: companyModel(connection),
    conversations: conversationModel(connection),
    messages: messageModel(connection),
    ...figureModels(connection),
  };
  const conversationStore = createConversationStore(models.conversations, models.messages, () => undefined);
  const thread = createThread(models.messages, conversationStore);

  /** A company of its own, so that no test counts another's. */
  async function openCompany(settings: object = {}) {
    const company = await models.companies.create({
      slug: new Types.ObjectId().toHexString(),
      name: 'Лавка',
      createdAt: new Date(0),
      ...settings,
    });
    return { ...models, companyId: company._id as Types.ObjectId, logger: silent };
  }

  async function openConversation(
    companyId: Types.ObjectId,
    communityId = new Types.ObjectId(),
    clientName = 'Ольга',
  ) {
    const conversation = await models.conversations.create({
      companyId,
      communityId,
      network: 'vk',
      peerId: new Types.ObjectId().toHexString(),
      clientId: new Types.ObjectId(),
      clientName,
      lastActivityAt: new Date(0),
      createdAt: new Date(0),
    });
    return conversation.toObject() as Conversation;
  }

  async function append({ _id }: Pick<Conversation, '_id'>, draft: MessageDraft): Promise<Message> {
    return (
      await thread.append(await models.conversations.findById(_id).orFail().lean<Conversation>(), draft)
    ).message;
  }

  return { models, conversationStore, thread, openCompany, openConversation, append };
}

export type Figures = Awaited<ReturnType<typeof openFigures>>;

export const person = (nth: number) => new Types.ObjectId(String(nth).padStart(24, 'a'));

export const drafts = {
  reply: (at: Date): MessageDraft => ({
    ...blankDraft(at),
    kind: 'reply',
    direction: 'in',
    authorType: 'client',
    authorName: '',
    text: 'Где заказ?',
    status: 'received',
  }),
  answer: (at: Date, by: number): MessageDraft => ({
    ...blankDraft(at),
    kind: 'answer',
    direction: 'out',
    authorType: 'agent',
    authorName: 'Пётр',
    personId: person(by),
    text: 'Едет',
    status: 'sent',
  }),
  /** Written in the network: by an administrator there, or by a bot of the community. */
  written: (at: Date, externalId: string, author: 'administrator' | 'bot'): MessageDraft => ({
    ...blankDraft(at),
    kind: 'answer',
    direction: 'out',
    authorType: 'administrator',
    authorName: '',
    authorExternalId: author === 'bot' ? '-100' : '100',
    externalId,
    text: 'Здравствуйте',
    status: 'sent',
  }),
  note: (at: Date): MessageDraft => ({ ...drafts.answer(at, 1), kind: 'note', direction: 'internal' }),
  service: (at: Date): MessageDraft => ({
    ...blankDraft(at),
    kind: 'service',
    direction: 'out',
    authorType: 'system',
    authorName: '',
    text: 'Заказ готов',
    status: 'stored',
    service: {
      templateName: 'orderReady',
      templateVersion: 1,
      variables: {},
      buttons: [],
      imageIds: [],
      status: 'delivered',
      statusAt: at,
      sequence: 1,
      endCode: null,
    },
  }),
  question: (at: Date, ratingId: Types.ObjectId): MessageDraft => ({
    ...blankDraft(at),
    kind: 'answer',
    direction: 'out',
    authorType: 'system',
    authorName: '',
    text: 'Оцените',
    ratingId,
    status: 'sent',
  }),
  mark: (at: Date, ratingId: Types.ObjectId, mark: RatingMark): MessageDraft => ({
    ...systemDraft(at, { event: 'rated', personId: null, personName: null, ratingId, mark }),
    direction: 'in',
    authorType: 'client',
  }),
  line: (at: Date, event: 'resolved' | 'reopened' | 'assigned', by: number): MessageDraft =>
    systemDraft(at, {
      event,
      personId: person(by),
      personName: 'Пётр',
      ...(event === 'assigned' ? { assigneeId: person(by) } : {}),
    }),
};

/** Where a process ends or stands still: at this of its writes, before it, in the middle of it or after it. */
export interface Fate {
  write: number;
  when: 'before' | 'middle' | 'after';
  /** Stands still until this resolves, then goes on; without it, the process dies. */
  until?: Promise<void>;
}

class Died extends Error {}

/** A process that may die. @returns whether it lived. */
export async function followOnceAs(deps: FollowDeps, fate: Fate | null): Promise<boolean> {
  try {
    await followOnce(fate ? mortal(deps, fate) : deps);
    return true;
  } catch (error) {
    if (error instanceof Died) return false;
    throw error;
  }
}

export async function followAll(deps: FollowDeps): Promise<void> {
  while (await followOnce(deps));
}

function mortal(deps: FollowDeps, fate: Fate): FollowDeps {
  let writes = 0;
  /** @param half does a part of the work only. */
  async function write<T>(whole: () => Promise<T>, half: () => Promise<unknown>): Promise<T> {
    writes += 1;
    if (writes !== fate.write) return whole();
    if (fate.when === 'middle') await half();
    const done = fate.when === 'after' ? await whole() : undefined;
    if (!fate.until) throw new Died();
    await fate.until;
    return done ?? whole();
  }
  const wrap = <T>(model: Model<T>): Model<T> =>
    new Proxy(model, {
      get(target, name) {
        if (name === 'updateOne')
          return (...given: Parameters<typeof target.updateOne>) => {
            const work = () => target.updateOne(...given).exec();
            return write(work, async () => undefined);
          };
        if (name !== 'collection') return Reflect.get(target, name);
        return {
          bulkWrite: (operations: never[], options: never) =>
            write(
              () => target.collection.bulkWrite(operations, options),
              () =>
                operations.length < 2
                  ? Promise.resolve()
                  : target.collection.bulkWrite(operations.slice(0, operations.length >> 1), options),
            ),
        };
      },
    });
  return {
    ...deps,
    conversations: wrap(deps.conversations),
    threadParts: wrap(deps.threadParts),
    figureHours: wrap(deps.figureHours),
    figureSpans: wrap(deps.figureSpans),
    figureStates: wrap(deps.figureStates),
  };
}
