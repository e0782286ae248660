/**
 * The whole desk inside the test's process, with the sandbox as its network: real store, real HTTP, real sockets.
 * Every test that uses it starts from behaviour that a client or an agent would notice.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { io, type Socket } from 'socket.io-client';
import { readConfig } from '../../server/app/config.ts';
import { type Desk, type DeskTiming, startDesk as start } from '../../server/app/createServer.ts';
import { sampleCommunity } from '../../server/sandbox/sample.ts';
import type { Sandbox } from '../../server/sandbox/startSandbox.ts';
import type { Change, ClientToServer, ConversationChanged, ServerToClient } from '../../shared/events.ts';
import type { MessageView } from '../../shared/schemas/message.ts';
import { type DeskClient, signIn } from './deskProcess.ts';
import { quickHashing } from './quickHashing.ts';
import { silent } from './store.ts';
import { until } from './until.ts';

export interface TestDesk extends AsyncDisposable {
  desk: Desk;
  url: string;
  dataDir: string;
  sandbox: Sandbox;
  groupId: number;
  as(
    email: 'admin@example.com' | 'anna@example.com' | 'ivan@example.com' | 'maria@example.com',
  ): Promise<DeskClient>;
  openInbox(client: DeskClient): Promise<Inbox>;
}

export interface TestDeskOptions {
  env?: Record<string, string>;
  timing?: DeskTiming;
  webDir?: string | null;
  /** An existing folder, for a second start on the same data; it is not deleted. */
  dataDir?: string;
}

/** Intervals short enough for a test, in the same proportion to one another. */
export const quickTiming: DeskTiming = {
  lease: { leaseMs: 1_500, renewEveryMs: 400, lookEveryMs: 100 },
  sender: { pollMs: 50, leaseMs: 3_000 },
  passwordHashing: quickHashing,
};

export async function startDesk(options: TestDeskOptions = {}): Promise<TestDesk> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'notify-inbox-desk-')));
  const mongodb = process.env.MONGODB_URI ? freshDatabase(process.env.MONGODB_URI) : {};
  const config = readConfig({
    PORT: '0',
    SANDBOX_PORT: '0',
    DATA_DIR: dataDir,
    LOG_LEVEL: 'silent',
    ...mongodb,
    ...options.env,
  });
  const desk = await start(config, {
    logger: silent,
    webDir: options.webDir ?? null,
    timing: { passwordHashing: quickHashing, ...(options.timing ?? quickTiming) },
  });
  const { sandbox } = desk;
  if (!sandbox) throw new Error('This desk was started without a sandbox');
  const sockets: Socket[] = [];
  const test: TestDesk = {
    desk,
    url: desk.url,
    dataDir,
    sandbox,
    groupId: sampleCommunity.groupId,
    as(email) {
      const person = desk.firstPeople.people.find((candidate) => candidate.email === email);
      return signIn(desk.url, email, person?.password ?? '');
    },
    async openInbox(client) {
      const inbox = await openInbox(desk.url, client);
      sockets.push(inbox.socket);
      return inbox;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.disconnect();
      await desk.close();
      if (!options.dataDir) await rm(dataDir, { recursive: true, force: true });
    },
  };
  const admin = await test.as('admin@example.com');
  await until('the community to be live', async () => {
    const { communities } = await admin.call('bootstrap');
    return communities[0]?.connection.state === 'live';
  });
  return test;
}

function freshDatabase(uri: string): { MONGODB_URI: string } {
  const url = new URL(uri);
  url.pathname = `/notify-inbox-test-${randomBytes(6).toString('hex')}`;
  return { MONGODB_URI: url.href };
}

export interface Inbox {
  socket: Socket<ServerToClient, ClientToServer>;
  /** Every change so far, in the order in which this tab received them. */
  changes: Change[];
  /** The first message that matches, received already or later. */
  nextMessage(what: string, matches: (message: MessageView) => boolean): Promise<MessageView>;
  nextChange(what: string, matches: (change: ConversationChanged) => boolean): Promise<ConversationChanged>;
}

export async function openInbox(url: string, client: DeskClient): Promise<Inbox> {
  const socket: Inbox['socket'] = io(url, {
    transports: ['websocket'],
    extraHeaders: { cookie: client.cookie, origin: url },
    forceNew: true,
  });
  const changes: Change[] = [];
  socket.on('changes', (batch) => changes.push(...batch));
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  // As a tab does: asked to resume, it requests what it missed; here only the list, whose rows carry the news.
  socket.on('resume:needed', () => {
    socket.emit('resume', { threads: [], list: { filter: 'all', communityId: null, rows: [] } }, (answer) => {
      if (!answer.ok) return;
      for (const row of answer.data.list?.rows ?? [])
        changes.push({ type: 'conversation.changed', row, messages: [] });
    });
  });
  const conversationChanges = () => changes.filter((change) => change.type === 'conversation.changed');
  return {
    socket,
    changes,
    nextMessage: (what, matches) =>
      until(
        what,
        () =>
          conversationChanges()
            .flatMap((change) => change.messages)
            .find(matches),
        { everyMs: 5 },
      ),
    nextChange: (what, matches) => until(what, () => conversationChanges().find(matches), { everyMs: 5 }),
  };
}
