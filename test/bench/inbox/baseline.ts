/**
 * The bare baseline: vk-io's own polling, one `insertOne`, one `emit` to every socket, over the same embedded store.
 * No deduplication, order, permissions or conversations: the cost that remains without all of the desk's promises.
 */
import { Agent, createServer } from 'node:http';
import { MongoClient } from 'mongodb';
import { pino } from 'pino';
import { Server } from 'socket.io';
import { VK } from 'vk-io';

const { PORT, DATA_DIR = '', VK_API_URL = '', VK_TOKEN = '', GROUP_ID } = process.env;

/** The built one, as the desk has it. */
const built = new URL('../../../dist/server/storage/embedded/open.js', import.meta.url).href;
const { openEmbeddedStore }: typeof import('../../../server/storage/embedded/open.ts') = await import(built);
const store = await openEmbeddedStore({ dataDir: DATA_DIR, logger: pino({ level: 'silent' }) });
const client = await new MongoClient(store.uri).connect();
const messages = client.db().collection('messages');
const http = createServer((_req, res) => res.end('ok'));
const io = new Server(http, { transports: ['websocket'] });

const vk = new VK({
  token: VK_TOKEN,
  apiBaseUrl: VK_API_URL,
  agent: new Agent({ keepAlive: true }) as never,
  apiLimit: 20,
  pollingGroupId: Number(GROUP_ID),
});
vk.updates.on('message_new', async (context) => {
  const message = {
    peerId: context.peerId,
    text: context.text,
    cmid: context.conversationMessageId,
    at: new Date(),
  };
  await messages.insertOne(message);
  io.emit('message', message);
});
await vk.updates.startPolling();
http.listen(Number(PORT), '127.0.0.1');
