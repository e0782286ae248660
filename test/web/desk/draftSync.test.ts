/** Drafts at several devices of one person, against a small model of the server that keeps the server's rule. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DraftSave, StoredDraft } from '../../../shared/schemas/draft.ts';
import { isEmptyDraft } from '../../../shared/schemas/draft.ts';
import { createDraftSync } from '../../../web/desk/draftSync.ts';
import { createDrafts, EMPTY_DRAFT } from '../../../web/desk/drafts.ts';
import type { LinkState } from '../../../web/desk/linkState.ts';
import { ApiError } from '../../../web/ui/apiError.ts';
import { createStore } from '../../../web/ui/store.ts';
import { memoryStorage } from '../support/memoryStorage.ts';

const ME = 'anna';
const talk = 'a'.repeat(24);
const draftOf = (text: string) => ({ ...EMPTY_DRAFT, text, sinceSeq: text === '' ? null : 1 });

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** The rule of `server/conversations/drafts/drafts.ts`, with devices that hear of changes unless they are away. */
function createServer() {
  const stored = new Map<string, StoredDraft>();
  let clock = 0;
  const devices: { isAway: boolean; hear(draft: StoredDraft): void }[] = [];
  return {
    stored,
    devices,
    list: () => [...stored.values()],
    save(conversationId: string, { baseRevision, ...content }: DraftSave) {
      const known = stored.get(conversationId);
      if (known && known.revision !== baseRevision) return { isSaved: false, draft: known };
      clock = Math.max(clock + 1, Date.now());
      const draft = { ...content, conversationId, revision: Math.max(baseRevision + 1, clock) };
      if (isEmptyDraft(content)) stored.delete(conversationId);
      else stored.set(conversationId, draft);
      for (const device of devices) if (!device.isAway) device.hear(draft);
      return { isSaved: true, draft };
    },
  };
}

function createDevice(server: ReturnType<typeof createServer>, { answerAfterMs = 50 } = {}) {
  const storage = memoryStorage();
  const link = createStore<LinkState>({ phase: 'online' });
  const drafts = createDrafts(storage);
  const state = { isAway: false, saves: 0 };
  const reach = async <T>(ask: () => T): Promise<T> => {
    if (state.isAway) throw new ApiError('unreachable', 'away');
    const answer = ask();
    await new Promise((resolve) => setTimeout(resolve, answerAfterMs));
    return answer;
  };
  const sync = createDraftSync({
    drafts,
    storage,
    link,
    list: () => reach(server.list),
    save: (id, draft) => {
      state.saves += 1;
      return reach(() => server.save(id, draft));
    },
  });
  server.devices.push({
    get isAway() {
      return state.isAway;
    },
    hear: sync.apply,
  });
  sync.open(ME);
  const store = drafts.of(ME, talk);
  return {
    drafts,
    state,
    sync,
    text: () => store.get().text,
    type: (text: string) => store.set(draftOf(text)),
    leave() {
      state.isAway = true;
      link.set({ phase: 'connecting' });
    },
    comeBack() {
      state.isAway = false;
      link.set({ phase: 'online' });
    },
  };
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('two devices', () => {
  it('are in step within two seconds, while their person types and when the answer is sent', async () => {
    const server = createServer();
    const [desk, phone] = [createDevice(server), createDevice(server)];
    for (const text of ['З', 'Зд', 'Здр']) {
      desk.type(text);
      await pass(300);
    }
    await pass(2_000);
    expect(phone.text()).toBe('Здр');
    phone.type('Здравствуйте');
    await pass(2_000);
    expect(desk.text()).toBe('Здравствуйте');
    desk.type('');
    await pass(2_000);
    expect([phone.text(), server.stored.size]).toEqual(['', 0]);
  });

  it('save now and then, not with each key', async () => {
    const server = createServer();
    const desk = createDevice(server);
    for (let key = 1; key <= 30; key += 1) {
      desk.type('я'.repeat(key));
      await pass(100);
    }
    await pass(5_000);
    expect(server.stored.get(talk)?.text).toHaveLength(30);
    expect(desk.state.saves).toBeLessThanOrEqual(4);
  });

  it('keep what was typed at both while one of them was away', async () => {
    const server = createServer();
    const [desk, phone] = [createDevice(server), createDevice(server)];
    desk.type('Начало');
    await pass(3_000);
    phone.leave();
    phone.type('С телефона');
    desk.type('С компьютера');
    await pass(3_000);
    phone.comeBack();
    await pass(5_000);
    expect(phone.text()).toBe('С компьютера\nС телефона');
    expect(desk.text()).toBe(phone.text());
    expect(server.stored.get(talk)?.text).toBe(phone.text());
  });

  it('forget an answer that was sent while one of them was away, but not what is typed there', async () => {
    const server = createServer();
    const [desk, phone] = [createDevice(server), createDevice(server)];
    desk.type('Ответ');
    await pass(3_000);
    phone.leave();
    desk.type('');
    await pass(3_000);
    phone.comeBack();
    await pass(3_000);
    expect(phone.text()).toBe('');
    desk.type('Другой ответ');
    await pass(3_000);
    phone.leave();
    phone.type('Другой ответ, длиннее');
    desk.type('');
    await pass(3_000);
    phone.comeBack();
    await pass(5_000);
    expect([phone.text(), desk.text()]).toEqual(['Другой ответ, длиннее', 'Другой ответ, длиннее']);
  });
});

it('holds a place that a canned answer left to fill at every device, and until it is filled', async () => {
  const server = createServer();
  const [desk, phone] = [createDevice(server), createDevice(server)];
  const canned = { ids: ['c'.repeat(24)], places: ['{номер заказа}'] };
  desk.drafts.of(ME, talk).set({ ...draftOf('Заказ {номер заказа} собран'), canned });
  await pass(3_000);
  expect(phone.drafts.of(ME, talk).get().canned).toEqual(canned);
  phone.leave();
  phone.type('Иначе');
  desk.drafts.of(ME, talk).set({ ...draftOf('Ваш заказ {номер заказа}'), canned });
  await pass(3_000);
  phone.comeBack();
  await pass(5_000);
  for (const device of [desk, phone])
    expect(device.drafts.of(ME, talk).get()).toMatchObject({
      canned,
      text: 'Ваш заказ {номер заказа}\nИначе',
    });
  desk.type('');
  await pass(5_000);
  expect(phone.drafts.of(ME, talk).get().canned).toBeUndefined();
});

it('does not double a text whose answer comes later than its event', async () => {
  const server = createServer();
  const desk = createDevice(server, { answerAfterMs: 4_000 });
  desk.type('Раз');
  await pass(2_000);
  desk.type('Раз два');
  await pass(20_000);
  expect(desk.text()).toBe('Раз два');
  expect(server.stored.get(talk)?.text).toBe('Раз два');
});

it('tries again after a break, and gives up on a refusal until the next change', async () => {
  const server = createServer();
  const desk = createDevice(server);
  desk.leave();
  desk.type('Без связи');
  await pass(12_000);
  expect(desk.state.saves).toBeGreaterThan(1);
  desk.comeBack();
  await pass(6_000);
  expect(server.stored.get(talk)?.text).toBe('Без связи');

  const save = server.save;
  let refusals = 0;
  server.save = () => {
    refusals += 1;
    throw new ApiError('clientErased', 'gone');
  };
  desk.type('Клиента больше нет');
  await pass(30_000);
  expect(refusals).toBe(1);
  server.save = save;
});

it('saves at once what the page would lose', async () => {
  const server = createServer();
  const desk = createDevice(server);
  desk.type('Закрываю вкладку');
  await Promise.all([desk.sync.flush({ isClosing: true }), pass(100)]);
  expect(server.stored.get(talk)?.text).toBe('Закрываю вкладку');
});

it('tells the list which conversations have a draft', async () => {
  const server = createServer();
  const desk = createDevice(server);
  const other = 'b'.repeat(24);
  server.save(other, { ...draftOf('С другого места'), baseRevision: 0 });
  await pass(1_000);
  desk.type('Здесь');
  await pass(1_000);
  expect([...desk.drafts.texts.get()].sort()).toEqual([
    [talk, 'Здесь'],
    [other, 'С другого места'],
  ]);
  desk.type('');
  await pass(1_000);
  expect([...desk.drafts.texts.get().keys()]).toEqual([other]);
});

it('ends with the same draft everywhere, and loses no typed word, whatever the devices do', async () => {
  const action = fc.record({
    at: fc.nat(2),
    do: fc.constantFrom('type', 'type', 'type', 'send', 'leave', 'comeBack'),
    waitMs: fc.constantFrom(0, 100, 1_600, 4_000),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 14 }), async (actions) => {
      const server = createServer();
      const devices = [0, 1, 2].map(() => createDevice(server));
      let word = 0;
      /** Words since the last answer was sent: an answer takes away what its device had seen. */
      let kept: string[] = [];
      for (const { at, do: what, waitMs } of actions) {
        const device = devices[at]!;
        if (what === 'type') {
          word += 1;
          kept.push(`слово${word}.`);
          device.type(`${device.text()} слово${word}.`);
        } else if (what === 'send') {
          const sent = device.text();
          kept = kept.filter((one) => !sent.includes(one));
          device.type('');
        } else if (what === 'leave') device.leave();
        else device.comeBack();
        await pass(waitMs);
      }
      for (const device of devices) device.comeBack();
      await pass(30_000);
      const texts = devices.map((device) => device.text());
      expect(new Set(texts).size).toBe(1);
      expect(server.stored.get(talk)?.text ?? '').toBe(texts[0]);
      for (const one of kept) expect(texts[0]).toContain(one);
      for (const { sync, drafts } of devices) {
        sync.close();
        drafts.forget();
      }
    }),
    { numRuns: 150 },
  );
});
