// @vitest-environment jsdom
/** The outbox against an HTTP server that can be away: nothing is lost, doubled, out of order or another person's. */
import { io } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDesk, type Desk } from '../../../web/desk/desk.ts';
import type { WrittenMessage } from '../../../web/desk/outbox.ts';
import { memoryStorage } from '../support/memoryStorage.ts';
import { hexId, sampleMessage } from '../support/samples.ts';
import { type DeskStandIn, startDeskStandIn } from '../support/startDeskStandIn.ts';

const anna = hexId(700);
const boris = hexId(701);
let standIn: DeskStandIn;
let storage: ReturnType<typeof memoryStorage>;
let desk: Desk;
/** What every answer is, until a test says otherwise. */
let isAway: boolean;
let refusal: { status: number; code: string } | null;

beforeEach(async () => {
  isAway = false;
  refusal = null;
  storage = memoryStorage();
  standIn = await startDeskStandIn();
  standIn.answer = ({ body }) => {
    if (isAway) return { status: 503, json: null };
    if (refusal) return { status: refusal.status, json: { error: { code: refusal.code, message: 'no' } } };
    const { clientToken, text } = body as { clientToken: string; text: string };
    return { status: 202, json: sampleMessage({ kind: 'answer', status: 'queued', clientToken, text }) };
  };
  desk = openTab();
});
afterEach(async () => {
  desk.forget();
  await standIn[Symbol.asyncDispose]();
});

const openTab = () => createDesk(io({ autoConnect: false }), storage);
const texts = () => standIn.requests.map(({ body }) => (body as { text: string }).text);
let written = 0;
function message(text: string, change: Partial<WrittenMessage> = {}): WrittenMessage {
  written += 1;
  return {
    clientToken: `token-number-${written}`,
    conversationId: hexId(1),
    kind: 'answer',
    text,
    uploads: [],
    replyTo: null,
    writtenAt: new Date().toISOString(),
    ...change,
  };
}
const failureOf = (text: string) => desk.outbox.get().find((one) => one.text === text)?.failure;
const untilFailed = (text: string, failure: string) =>
  vi.waitFor(() => expect(failureOf(text)).toBe(failure), { timeout: 5_000 });
const untilEmpty = () => vi.waitFor(() => expect(desk.outbox.get()).toEqual([]), { timeout: 10_000 });
const backOnline = () => {
  desk.connection.state.set({ phase: 'reconnecting', sinceMs: 0 });
  desk.connection.state.set({ phase: 'online' });
};

describe('a message that could not reach the server', () => {
  it('goes at once when the connection is back', async () => {
    isAway = true;
    desk.sender.send(anna, message('Уже едет'));
    await untilFailed('Уже едет', 'unreachable');
    isAway = false;
    backOnline();
    await untilEmpty();
    expect(texts()).toEqual(['Уже едет', 'Уже едет']);
    const [first, second] = standIn.requests.map(({ body }) => (body as { clientToken: string }).clientToken);
    expect(first).toBe(second);
  });

  it('goes by itself though the socket never noticed a break', async () => {
    isAway = true;
    desk.sender.send(anna, message('Сокет жив'));
    await untilFailed('Сокет жив', 'unreachable');
    isAway = false;
    await untilEmpty();
  });

  it('goes before those that were written after it, and does not hold up other conversations', async () => {
    isAway = true;
    desk.sender.send(anna, message('раз'));
    desk.sender.send(anna, message('два'));
    desk.sender.send(anna, message('три'));
    await untilFailed('раз', 'unreachable');
    desk.sender.send(anna, message('другой диалог', { conversationId: hexId(2) }));
    await untilFailed('другой диалог', 'unreachable');
    isAway = false;
    standIn.requests.length = 0;
    backOnline();
    await untilEmpty();
    expect(texts().filter((text) => text !== 'другой диалог')).toEqual(['раз', 'два', 'три']);
  });

  it('survives a reload, for its writer alone', async () => {
    isAway = true;
    desk.sender.send(anna, message('До перезагрузки'));
    desk.sender.send(anna, message('И это', { kind: 'note' }));
    await untilFailed('До перезагрузки', 'unreachable');
    desk.connection.stop();

    standIn.requests.length = 0;
    const other = openTab();
    other.sender.open(boris);
    expect(other.outbox.get()).toEqual([]);
    other.sender.close();

    isAway = false;
    const reloaded = openTab();
    reloaded.sender.open(anna);
    await vi.waitFor(() => expect(reloaded.outbox.get()).toEqual([]), { timeout: 10_000 });
    expect(standIn.requests.map(({ path, body }) => [path.split('/').at(-1), body])).toMatchObject([
      ['answers', { text: 'До перезагрузки', writerId: anna }],
      ['notes', { text: 'И это', writerId: anna }],
    ]);
    reloaded.forget();
  });

  it('waits for its writer when it is older than an hour', async () => {
    isAway = true;
    const writtenAt = new Date(Date.now() - 3_700_000).toISOString();
    desk.sender.send(anna, message('Со вчера', { writtenAt }));
    await untilFailed('Со вчера', 'unreachable');
    isAway = false;
    backOnline();
    desk.sender.send(anna, message('Сегодня'));
    await vi.waitFor(() => expect(desk.outbox.get()).toHaveLength(1));
    expect(texts()).toEqual(['Со вчера', 'Сегодня']);
    desk.sender.sendAgain(desk.outbox.get()[0]!.clientToken);
    await untilEmpty();
  });
});

describe('a message that the server refused', () => {
  it('stays with its reason, and holds up nothing', async () => {
    refusal = { status: 409, code: 'communityStopped' };
    desk.sender.send(anna, message('отказано'));
    await untilFailed('отказано', 'communityStopped');
    refusal = null;
    desk.sender.send(anna, message('принято'));
    await vi.waitFor(() => expect(desk.outbox.get()).toHaveLength(1));
    backOnline();
    expect(texts()).toEqual(['отказано', 'принято']);
  });
});

describe('when the session ends', () => {
  it.each(['notSignedIn', 'otherWriter'])(
    'unsent messages return to their writer’s drafts: %s',
    async (code) => {
      refusal = { status: 401, code };
      desk.drafts.of(anna, hexId(1)).set({ text: 'начато', mode: 'answer', sinceSeq: 1, quoted: null });
      desk.sender.send(anna, message('первое'));
      desk.sender.send(anna, message('второе'));
      desk.sender.send(anna, message('заметка', { kind: 'note', conversationId: hexId(2) }));
      await vi.waitFor(() => expect(desk.sessionEnded.get()).toBe(true));
      desk.sender.returnAllToDrafts();
      desk.forget();

      expect(desk.outbox.get()).toEqual([]);
      const next = openTab();
      next.sender.open(boris);
      expect(next.drafts.of(boris, hexId(1)).get().text).toBe('');
      next.sender.open(anna);
      expect(next.outbox.get()).toEqual([]);
      expect(next.drafts.of(anna, hexId(1)).get()).toMatchObject({
        text: 'первое\nвторое\nначато',
        mode: 'answer',
      });
      expect(next.drafts.of(anna, hexId(2)).get()).toMatchObject({ text: 'заметка', mode: 'note' });
    },
  );

  it('a note does not become an answer, whatever stood in the field', () => {
    isAway = true;
    desk.drafts.of(anna, hexId(1)).set({ text: 'ответ клиенту', mode: 'answer', sinceSeq: 1, quoted: null });
    desk.drafts.of(anna, hexId(2)).set({ text: 'для коллег', mode: 'note', sinceSeq: 1, quoted: null });
    desk.sender.send(anna, message('секрет', { kind: 'note' }));
    desk.sender.send(anna, message('ответ', { conversationId: hexId(2) }));
    desk.sender.returnAllToDrafts();
    expect(desk.drafts.of(anna, hexId(1)).get()).toMatchObject({
      text: 'секрет\nответ клиенту',
      mode: 'note',
    });
    expect(desk.drafts.of(anna, hexId(2)).get()).toMatchObject({ text: 'ответ\nдля коллег', mode: 'note' });
  });

  it('messages that a page closed long ago had kept return to drafts too', async () => {
    isAway = true;
    desk.sender.send(anna, message('осталось'));
    await untilFailed('осталось', 'unreachable');
    // The page is loaded again without a session: nobody is known to have written here.
    const signedOut = openTab();
    signedOut.sender.returnAllToDrafts();
    expect(signedOut.drafts.of(anna, hexId(1)).get().text).toBe('осталось');
    expect([...storage.kept.keys()].filter((key) => key.includes('outbox'))).toEqual([]);
  });
});
