/**
 * A gateway with the protocol of `server/channels/notify/dialect.ts`: accepts every message, answers after a while,
 * counts messages and times, and posts statuses on request. It runs as a separate process, so that it does not share
 * a thread with the measured desk.
 */
import { createServer, type IncomingMessage } from 'node:http';
import { type Request, sendAll } from './load.ts';
import { readBody } from './processes.ts';

const ANSWER_MS = Number(process.env.ANSWER_MS ?? 50);

interface SentMessage {
  callbackData: { clientMessageId: string };
}

export interface GatewayCounts {
  messages: number;
  calls: number;
  /** Messages that came more than once. */
  repeats: number;
  /** From the first call to the last answer. */
  spanMs: number;
}

export interface StatusesToPost {
  url: string;
  secret: string;
  status: 'delivered' | 'read';
  /** How many of the messages, in the order in which they came. */
  count: number;
  perPost: number;
  atOnce: number;
}

let accepted = new Map<string, string>();
let counts = { calls: 0, repeats: 0, firstAtMs: 0, answeredAtMs: 0 };

const wait = () => new Promise((resolve) => setTimeout(resolve, ANSWER_MS));

async function accept(messages: SentMessage[]) {
  counts.calls += 1;
  counts.firstAtMs ||= performance.now();
  const result = messages.map(({ callbackData: { clientMessageId } }) => {
    const known = accepted.get(clientMessageId);
    if (known !== undefined) counts.repeats += 1;
    const messageId = known ?? `g${accepted.size + 1}`;
    accepted.set(clientMessageId, messageId);
    return { code: 'OK', messageId };
  });
  await wait();
  counts.answeredAtMs = performance.now();
  return { result };
}

function lookUp(clientMessageIds: string[]) {
  return {
    code: 'OK',
    messages: clientMessageIds.flatMap((clientMessageId) => {
      const messageId = accepted.get(clientMessageId);
      return messageId === undefined ? [] : [{ clientMessageId, messageId }];
    }),
  };
}

function postStatuses({ url, secret, status, count, perPost, atOnce }: StatusesToPost) {
  const time = new Date().toISOString();
  const all = [...accepted].slice(0, count).map(([clientMessageId, messageId]) => ({
    messageId,
    status,
    time,
    callbackData: { clientMessageId },
  }));
  const requests: Request[] = [];
  for (let from = 0; from < all.length; from += perPost)
    requests.push({
      headers: { 'content-type': 'application/json', 'x-gateway-secret': secret },
      body: JSON.stringify(perPost === 1 ? all[from] : all.slice(from, from + perPost)),
    });
  return sendAll(url, requests, atOnce);
}

async function answer(req: IncomingMessage): Promise<unknown> {
  const url = new URL(req.url ?? '/', 'http://gateway');
  const body = await readBody(req).catch(() => null);
  switch (`${req.method} ${url.pathname}`) {
    case 'POST /vk/messages':
      return accept((body as { messages: SentMessage[] }).messages);
    case 'GET /vk/messages':
      await wait();
      return lookUp(url.searchParams.getAll('clientMessageId'));
    case 'POST /templates':
      return { code: 'OK', templateId: 't1' };
    case 'POST /images':
      return { code: 'OK', imageId: 'i1' };
    case 'POST /counts':
      return {
        messages: accepted.size,
        calls: counts.calls,
        repeats: counts.repeats,
        spanMs: counts.answeredAtMs - counts.firstAtMs,
      } satisfies GatewayCounts;
    case 'POST /forget':
      accepted = new Map();
      counts = { calls: 0, repeats: 0, firstAtMs: 0, answeredAtMs: 0 };
      return {};
    case 'POST /statuses':
      return postStatuses(body as StatusesToPost);
    default:
      return {};
  }
}

createServer((req, res) => {
  answer(req).then(
    (given) => res.setHeader('content-type', 'application/json').end(JSON.stringify(given)),
    (error: unknown) => res.writeHead(500).end(String(error)),
  );
}).listen(Number(process.env.PORT), '127.0.0.1');
