/** Nobody gets to another community's things, whichever door they try, and none of its changes reaches their tab. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { endpoints } from '../../../shared/api.ts';
import type { ClientToServer, ServerToClient } from '../../../shared/events.ts';
import { roles } from '../../../shared/schemas/person.ts';
import { until } from '../../support/until.ts';
import { type Door, doorsOf, endpointLines, routeLines } from './doors.ts';
import { noteApps, routesOf, socketEvents } from './programDoors.ts';
import {
  type Caller,
  callerNames,
  northMark,
  openTwoCommunities,
  record,
  southMark,
  type TwoCommunities,
} from './twoCommunities.ts';

let test: TwoCommunities;
let programRoutes: string[];
beforeAll(async () => {
  const endNoting = noteApps();
  try {
    test = await openTwoCommunities();
  } finally {
    const desks = endNoting().map(routesOf);
    programRoutes = desks.find((routes) => routes.includes('GET /api/desk')) ?? [];
  }
}, 120_000);
afterAll(() => test?.[Symbol.asyncDispose]());

/** What a caller may do with a conversation of the south by its socket, and what must come of it. */
const socketLines: Record<keyof ClientToServer, (caller: Caller) => Promise<void>> = {
  async resume({ inbox }) {
    const { conversationId, communityId } = test.south;
    const answer = await inbox!.socket.emitWithAck('resume', {
      threads: [{ conversationId, revision: 0, fromSeq: 1 }],
      list: { filter: 'all', communityId, rows: [{ id: conversationId, revision: 0 }] },
    });
    expect(answer).toMatchObject({ ok: true, data: { threads: [], list: { order: [], rows: [] } } });
    expectNothingOfTheSouth(JSON.stringify(answer));
  },
  async 'thread:show'({ inbox }) {
    inbox!.socket.emit('thread:show', test.south.conversationId);
  },
  async 'answer:typing'({ inbox }) {
    inbox!.socket.emit('answer:typing', test.south.conversationId);
  },
  async 'wall:open'({ inbox, role }) {
    const answer = await inbox!.socket.emitWithAck('wall:open', true);
    expect(answer.ok).toBe(role !== 'agent');
  },
  async 'person:away'({ inbox }) {
    inbox!.socket.emit('person:away', false);
  },
};

/**
 * Whether an event of the server has data: then the overseer must have got it of the south, and nobody else. The wall
 * names communities.
 */
const pushedLines: Record<keyof ServerToClient, 'hasData' | 'ofCommunity' | 'hasNone'> = {
  changes: 'hasData',
  wall: 'ofCommunity',
  typing: 'hasData',
  viewers: 'hasData',
  'resume:needed': 'hasNone',
  'session:ended': 'hasNone',
  // Numbers alone; `realtime/queueCounts.test.ts` tests that they are those of the person's own communities.
  counts: 'hasNone',
};

it('has a line for every route and every socket event of the program', () => {
  const ofEndpoints = Object.values(endpoints).map(({ method, path }) => `${method} ${path}`);
  expect(ofEndpoints.filter((route) => !programRoutes.includes(route))).toEqual([]);
  const others = programRoutes.filter((route) => !ofEndpoints.includes(route));
  expect(others.toSorted()).toEqual(Object.keys(routeLines).toSorted());
  expect(Object.keys(endpoints).toSorted()).toEqual(Object.keys(endpointLines).toSorted());
  expect(socketEvents('ClientToServer').toSorted()).toEqual(Object.keys(socketLines).toSorted());
  expect(socketEvents('ServerToClient').toSorted()).toEqual(Object.keys(pushedLines).toSorted());
});

describe('a socket', () => {
  it('is refused to somebody who is not signed in', async () => {
    const [stranger] = test.callers;
    await expect(test.desk.openInbox(stranger as never)).rejects.toThrow('notSignedIn');
  });

  it('tells nothing of the south, and shows nobody there, whatever is asked', async () => {
    const own = test.northConversationId;
    // Only tabs that show a thread hear who views it and who types in it.
    const atSouth = await showQuietly(test.south.conversationId);
    const atNorth = await showQuietly(own);
    for (const caller of test.callers.filter(({ inbox }) => inbox)) {
      for (const ask of Object.values(socketLines)) await ask(caller);
      // Asked later, so answered later: then the questions about the south had their effect, if they have any.
      if (caller.sees === 'north') caller.inbox!.socket.emit('answer:typing', own);
      for (let round = 0; round < 3; round += 1) await socketLines.resume(caller);
    }
    await until('the northern people to be shown as typing', () => {
      const typing = atNorth.filter(({ event, json }) => event === 'typing' && json.includes(own));
      return typing.length === test.callers.filter(({ sees }) => sees === 'north').length;
    });
    const aboutSouth = atSouth.filter(
      ({ event, json }) => event !== 'changes' && json.includes(test.south.conversationId),
    );
    const nobody = { conversationId: test.south.conversationId, personIds: [] };
    expect(aboutSouth.map(({ event, json }) => [event, JSON.parse(json)])).toEqual([['viewers', [nobody]]]);
  });

  it('pushes no change of the south to people of the north, while those who may see it get each', async () => {
    const { admin, south, overseer, overseen } = test;
    const params = { conversationId: south.conversationId };
    overseer.socket.emit('thread:show', south.conversationId);
    await until('the overseer to be shown', () => overseen.some(({ event }) => event === 'viewers'));
    overseer.socket.emit('answer:typing', south.conversationId);
    test.clientWrites(`${southMark} пишет ещё`);
    await overseer.nextMessage('the reply', ({ text }) => text === `${southMark} пишет ещё`);
    const clientToken = randomUUID();
    await admin.call('sendAnswer', { params, body: { clientToken, text: `${southMark} отвечает` } });
    await overseer.nextMessage(
      'the answer as sent',
      ({ text, status }) => text === `${southMark} отвечает` && status === 'sent',
    );
    await admin.call('addNote', { params, body: { clientToken: randomUUID(), text: `${southMark} ещё` } });
    await admin.call('setStatus', { params, body: { status: 'pending', seenSeq: 1000 } });
    await admin.call('setLabels', { params, body: { labels: [southMark, 'ещё'] } });
    for (const isEnabled of [false, true])
      await admin.call('changeCommunity', {
        params: { communityId: south.communityId },
        body: { isEnabled },
      });
    // Changes come in order: a tab that has this last one has received all before it.
    const { name } = await admin.call('renameMe', { body: { name: `Последнее ${Date.now()}` } });
    const hasLast = (pushed: Caller['pushed']) => pushed.some(({ json }) => json.includes(name));
    const tabs = test.callers.filter(({ inbox }) => inbox);
    await until('the last change everywhere', () =>
      [overseen, ...tabs.map(({ pushed }) => pushed)].every(hasLast),
    );
    await overseer.socket.emitWithAck('wall:open', true);
    await until('the wall of the overseer', () => overseen.some(({ event }) => event === 'wall'));
    for (const [event, line] of Object.entries(pushedLines))
      if (line !== 'hasNone')
        expect(
          overseen.some(
            ({ event: name, json }) =>
              name === event && json.includes(line === 'hasData' ? south.conversationId : south.communityId),
          ),
          `${event} to the overseer`,
        ).toBe(true);
    for (const { pushed } of tabs) expectNothingOfTheSouth(JSON.stringify(pushed));
    for (const { pushed } of tabs.filter(({ sees }) => sees === 'nothing'))
      expect(JSON.stringify(pushed)).not.toContain(test.northConversationId);
  });
});

it('tells a tab that opens a thread who views it, but nothing of the south', async () => {
  const { overseer, south } = test;
  overseer.socket.emit('thread:show', null);
  const watching = await showQuietly(south.conversationId);
  const others = await Promise.all(
    test.callers
      .filter(({ inbox }) => inbox)
      .map(({ cookie }) => showQuietly(south.conversationId, { cookie })),
  );
  overseer.socket.emit('thread:show', south.conversationId);
  const hasViewer = (pushed: Caller['pushed']) =>
    pushed.some(({ event, json }) => event === 'viewers' && !json.includes('"personIds":[]'));
  await until('the viewer to be shown', () => hasViewer(watching));
  const late = await showQuietly(south.conversationId);
  await until('the viewer to be shown to a late tab', () => hasViewer(late));
  for (const pushed of others) expectNothingOfTheSouth(JSON.stringify(pushed));
});

describe('every route', () => {
  it.each(callerNames)('tells nothing of the south and changes nothing there: %s', async (name) => {
    const caller = test.callers[callerNames.indexOf(name)]!;
    const before = await test.stored();
    const faults: string[] = [];
    for (const door of doorsOf(test)) {
      const { status, text } = await ask(door, caller.cookie);
      const wanted = expectedStatus(door, caller);
      const said = `${door.url} ${JSON.stringify(door.body ?? null)}`;
      const told = toldOfTheSouth(text, said);
      if (caller.sees === 'nothing' && text.includes(northMark)) told.push(northMark);
      if (status !== wanted || told.length > 0)
        faults.push(
          `${door.name}, ${door.method} ${said}: ${status} instead of ${wanted}, ` +
            `told ${told.join(', ') || 'nothing'}: ${text.slice(0, 500)}`,
        );
    }
    expect(faults).toEqual([]);
    expect(await test.stored()).toEqual(before);
    expectNothingOfTheSouth(JSON.stringify(caller.pushed));
  });

  it('is open to somebody who may see the south, with the same requests', async () => {
    const tries = doorsOf(test).filter(
      (door) =>
        door.behind === 'hidden' && door.role !== 'administrator' && !door.isWrong && !isUnknown(door),
    );
    expect(tries.length).toBeGreaterThan(15);
    // Those that change the client come last: afterwards it is another one.
    const changing = tries.filter(({ name }) => /Phone|merge|detach/.test(name));
    for (const door of [...tries.filter((each) => !changing.includes(each)), ...changing]) {
      const { status, text } = await ask(door, test.admin.cookie);
      expect(`${door.method} ${door.url} ${status} ${text.slice(0, 200)}`).toMatch(
        new RegExp(`^${door.method} \\S+ ${door.status} `),
      );
    }
  });
});

/** What one more tab, the administrator's by default, is told while it shows a thread without being seen itself. */
async function showQuietly(
  conversationId: string,
  { cookie }: Pick<Caller, 'cookie'> = test.admin,
): Promise<Caller['pushed']> {
  const { url } = test.desk;
  const socket = io(url, {
    transports: ['websocket'],
    extraHeaders: { cookie, origin: url },
    forceNew: true,
  });
  onTestFinished(() => void socket.disconnect());
  const pushed = record(socket);
  socket.emit('thread:show', conversationId, true);
  // Answered after the question before it.
  expect(await socket.emitWithAck('resume', { threads: [], list: null })).toMatchObject({ ok: true });
  return pushed;
}

/** A door to something that does not exist at all: it belongs to the company, not to a community. */
const isUnknown = ({ url }: Door) => url.includes('f'.repeat(24));

function expectedStatus({ role, behind, status }: Door, caller: Caller): number {
  if (role !== null && caller.role === null) return 401;
  if (role !== null && roles.indexOf(caller.role!) < roles.indexOf(role)) return 403;
  if (typeof behind === 'number') return behind;
  return behind === 'hidden' || (behind === 'ofNorth' && caller.sees === 'nothing') ? 404 : status;
}

/** Over a connection of its own: a kept one may end by itself while the machine is busy. */
async function ask({ method, url, body }: Door, cookie: string): Promise<{ status: number; text: string }> {
  const asked = request(`${test.desk.url}${url}`, {
    agent: false,
    method,
    headers: {
      Origin: test.desk.url,
      ...(cookie && { cookie }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
  });
  asked.end(body === undefined ? undefined : JSON.stringify(body));
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  return { status: answer.statusCode ?? 0, text: await readText(answer) };
}

/** @param said what the caller said: repeating it to them tells nothing. */
function toldOfTheSouth(text: string, said = ''): string[] {
  const { shared, south } = test;
  return [
    southMark,
    ...Object.values(south),
    south.phone.slice(1),
    shared.southConversationId,
    shared.southServiceMessageId,
  ].filter((secret) => text.includes(secret) && !said.includes(secret));
}

function expectNothingOfTheSouth(text: string): void {
  expect(toldOfTheSouth(text), text.slice(0, 2000)).toEqual([]);
}
