/** Two processes over one store: a person at one is seen at the other, and disappears with their tab or process. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { io, type Socket } from 'socket.io-client';
import { expect, it } from 'vitest';
import { startSandbox } from '../../server/sandbox/startSandbox.ts';
import type { ClientToServer, ServerToClient, Typing } from '../../shared/events.ts';
import { type DeskProcess, firstPassword, signIn, startDeskProcess } from '../support/deskProcess.ts';
import { freePort } from '../support/freePort.ts';
import { startStoreProcess } from '../support/storeProcess.ts';
import { until } from '../support/until.ts';

const GROUP_ID = 700_900;
const TOKEN = 'presence-token';
const EMAIL = 'admin@example.com';
/**
 * A process counts as alive for 10 s after its last sign of life, checked every 2 s; the rest allows for a slow
 * machine.
 */
const FORGOTTEN_WITHIN_MS = 20_000;

it('shows who views and types at another process, and removes them when it dies', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'notify-inbox-presence-'));
  const storeDir = await mkdtemp(join(tmpdir(), 'notify-inbox-presence-store-'));
  const sandbox = await startSandbox({ port: 0, logger: pino({ level: 'silent' }) });
  const store = await startStoreProcess(storeDir, await freePort());
  const desks: DeskProcess[] = [];
  const sockets: { disconnect(): unknown }[] = [];
  try {
    sandbox.control.createCommunity({ groupId: GROUP_ID, name: 'Presence', token: TOKEN });
    sandbox.control.createUser({ userId: 7_001, firstName: 'C', lastName: 'One', phone: '+79992227001' });
    const env = {
      DATA_DIR: dataDir,
      SANDBOX: 'off',
      VK_API_URL: sandbox.apiBaseUrl,
      OK_API_URL: sandbox.okBaseUrl,
      MONGODB_URI: store.uri,
    };
    const start = async () => {
      const desk = await startDeskProcess({ ...env, PORT: String(await freePort()) });
      desks.push(desk);
      return desk;
    };
    const one = await start();
    const two = await start();
    const password = await firstPassword(dataDir, EMAIL);
    const open = async (desk: DeskProcess, email = EMAIL) => {
      const client = await signIn(desk.url, email, password);
      const seen = { viewers: [] as string[], typing: [] as Typing[] };
      const socket: Socket<ServerToClient, ClientToServer> = io(desk.url, {
        transports: ['websocket'],
        extraHeaders: { cookie: client.cookie, origin: desk.url },
        forceNew: true,
      });
      sockets.push(socket);
      socket.on('viewers', ({ personIds }) => {
        seen.viewers = personIds;
      });
      socket.on('typing', (typing) => seen.typing.push(typing));
      await until('the tab to be connected', () => socket.connected);
      return { client, socket, seen };
    };
    const at = await open(one);
    const body = { name: 'Ольга', email: 'olga@example.com', password, role: 'agent', communityIds: null };
    await at.client.call('addPerson', { body: body as never });
    const from = await open(two, 'olga@example.com');
    await at.client.call('connectCommunity', {
      body: { network: 'vk', token: TOKEN, intake: { longPoll: true, webhook: false } },
    });
    sandbox.control.clientSends({ userId: 7_001, groupId: GROUP_ID, text: 'hello' });
    const conversationId = await until('the conversation', async () => {
      const { rows } = await at.client.call('listConversations', { query: {} });
      return rows[0]?.id;
    });
    const me = (await at.client.call('bootstrap')).me.id;

    from.socket.emit('thread:show', conversationId, true);
    at.socket.emit('thread:show', conversationId);
    await until('the other process to see who looks', () => from.seen.viewers.length > 0);
    // The other one reads quietly.
    expect(from.seen.viewers).toEqual([me]);
    at.socket.emit('answer:typing', conversationId);
    await until('the other process to see who types', () => from.seen.typing.length > 0);
    expect(from.seen.typing).toEqual([{ conversationId, personId: me }]);
    // A tab that opens the thread later also gets the viewers.
    const late = await open(two, 'olga@example.com');
    late.socket.emit('thread:show', conversationId, true);
    await until('a new tab to get the viewers', () => late.seen.viewers.length > 0);
    expect(at.seen.viewers).toEqual([me]);

    at.socket.emit('thread:show', null);
    await until('the other process to see who left', () => from.seen.viewers.length === 0);

    at.socket.emit('thread:show', conversationId);
    await until('the other process to see who is back', () => from.seen.viewers.length > 0);
    await one.kill('SIGKILL');
    await until('those of the dead process to be forgotten', () => from.seen.viewers.length === 0, {
      timeoutMs: FORGOTTEN_WITHIN_MS,
    });
  } finally {
    for (const socket of sockets) socket.disconnect();
    for (const desk of desks) await desk.kill('SIGKILL');
    await store.signal('SIGKILL');
    await sandbox.close();
    for (const folder of [dataDir, storeDir]) await rm(folder, { recursive: true, force: true });
  }
}, 120_000);
