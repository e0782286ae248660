import { expect, it } from 'vitest';
import { DeskError } from '../../../server/http/errors.ts';
import { serve } from './serve.ts';

const conversationId = 'a'.repeat(24);
const agent = { 'x-test-role': 'agent' };
const json = { 'content-type': 'application/json' };

async function answerOf(asked: Promise<Response>) {
  const response = await asked;
  return { status: response.status, headers: response.headers, body: await response.json() };
}

it('admits a signed-in person with the role, and names which of the two is missing', async () => {
  await using served = await serve();
  served.endpoints.handle('listPeople', () => ({ people: [] }));
  const ask = (headers: Record<string, string>) => answerOf(fetch(`${served.url}/api/people`, { headers }));
  expect(await ask({})).toMatchObject({ status: 401, body: { error: { code: 'notSignedIn' } } });
  expect(await ask({ 'x-test-role': 'supervisor' })).toMatchObject({
    status: 403,
    body: { error: { code: 'forbidden' } },
  });
  expect(await ask({ 'x-test-role': 'administrator' })).toMatchObject({ status: 200, body: { people: [] } });
});

it('reads a fixed path as itself, not as an id, in any order of registration', async () => {
  await using served = await serve();
  const asked: string[] = [];
  served.endpoints.handle('readDelivery', ({ params }) => {
    asked.push(params.messageId);
    throw new DeskError('messageNotFound');
  });
  served.endpoints.handle('countDeliveries', ({ query }) => {
    asked.push(query.from);
    throw new DeskError('storeUnavailable');
  });
  const [from, to] = ['2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z'];
  const headers = { 'x-test-role': 'supervisor' };
  await answerOf(fetch(`${served.url}/api/deliveries/hours?from=${from}&to=${to}`, { headers }));
  expect(asked).toEqual([from]);
});

it('hands a handler checked values with defaults filled in', async () => {
  await using served = await serve();
  let seen: unknown;
  served.endpoints.handle('listMessages', ({ params, query, person }) => {
    seen = { params, query, role: person.role };
    throw new DeskError('conversationNotFound', { message: 'not here' });
  });
  const answer = await answerOf(
    fetch(`${served.url}/api/conversations/${conversationId}/messages?beforeSeq=7`, { headers: agent }),
  );
  expect(seen).toEqual({ params: { conversationId }, query: { beforeSeq: 7, limit: 50 }, role: 'agent' });
  expect(answer).toMatchObject({
    status: 404,
    body: { error: { code: 'conversationNotFound', message: 'not here' } },
  });
});

it('names the part and the field that is wrong', async () => {
  await using served = await serve();
  let calls = 0;
  served.endpoints.handle('listMessages', () => {
    calls += 1;
    throw new Error('not reached');
  });
  served.endpoints.handle('assign', () => {
    calls += 1;
    throw new Error('not reached');
  });
  const cases: [string, RequestInit, string][] = [
    ['/api/conversations/nope/messages', {}, 'conversationId'],
    [`/api/conversations/${conversationId}/messages?limit=1000`, {}, 'limit'],
    [`/api/conversations/${conversationId}/messages?seq=1`, {}, 'seq'],
    [`/api/conversations/${conversationId}/assignee`, { method: 'PUT', body: '{"personId":1}' }, 'personId'],
    [`/api/conversations/${conversationId}/assignee`, { method: 'PUT' }, 'personId'],
  ];
  for (const [path, init, field] of cases) {
    const answer = await answerOf(fetch(served.url + path, { ...init, headers: { ...agent, ...json } }));
    expect([path, answer.status, answer.body.error.code, answer.body.error.field]).toEqual([
      path,
      400,
      'badRequest',
      field,
    ]);
  }
  expect(calls).toBe(0);
});

it('refuses a body that is not JSON, too large or cut off, each with its own code', async () => {
  await using served = await serve();
  served.endpoints.handle('assign', () => {
    throw new Error('not reached');
  });
  const put = (body: string, headers: Record<string, string> = json) =>
    answerOf(
      fetch(`${served.url}/api/conversations/${conversationId}/assignee`, {
        method: 'PUT',
        headers: { ...agent, ...headers },
        body,
      }),
    );
  expect(await put('{"personId":')).toMatchObject({
    status: 400,
    body: { error: { code: 'payloadNotJson' } },
  });
  expect(await put('"text"')).toMatchObject({ status: 400, body: { error: { code: 'payloadNotJson' } } });
  expect(await put(JSON.stringify({ personId: 'x'.repeat(300 * 1024) }))).toMatchObject({
    status: 413,
    body: { error: { code: 'bodyTooLarge' } },
  });
  expect(await put('a=b', { 'content-type': 'application/x-www-form-urlencoded' })).toMatchObject({
    status: 415,
    body: { error: { code: 'unsupportedMediaType' } },
  });
});

it('sends no field that the schema does not name', async () => {
  await using served = await serve();
  const person = {
    id: 'b'.repeat(24),
    name: 'N',
    email: 'n@example.com',
    avatarUrl: null,
    role: 'agent' as const,
    isActive: true,
    marksRead: true,
    communityIds: null,
  };
  served.endpoints.handle('listPeople', () => ({ people: [{ ...person, passwordHash: 'secret' }] }));
  const answer = await answerOf(
    fetch(`${served.url}/api/people`, { headers: { 'x-test-role': 'administrator' } }),
  );
  expect(answer.body).toEqual({ people: [person] });
});

it('answers with an error instead of an answer that breaks its schema, and logs the field', async () => {
  for (const isAnswerStrict of [true, false]) {
    await using served = await serve({ isAnswerStrict });
    served.endpoints.handle('listPeople', () => ({ people: [{ id: 'short' }] }) as never);
    const answer = await answerOf(
      fetch(`${served.url}/api/people`, { headers: { 'x-test-role': 'administrator' } }),
    );
    expect(answer).toMatchObject({ status: 500, body: { error: { code: 'internal' } } });
    expect(JSON.stringify(answer.body)).not.toContain('short');
    expect(served.logLines.join()).toContain('people.0.id');
  }
});

it('logs where an internal error was thrown, and shows nothing of it to the caller', async () => {
  await using served = await serve();
  served.endpoints.handle('listPeople', () => {
    throw new Error('the inside story');
  });
  const answer = await answerOf(
    fetch(`${served.url}/api/people`, { headers: { 'x-test-role': 'administrator' } }),
  );
  expect(answer).toMatchObject({ status: 500, body: { error: { code: 'internal' } } });
  expect(JSON.stringify(answer.body)).not.toContain('inside story');
  const line = JSON.parse(served.logLines[0] ?? '{}');
  expect(line).toMatchObject({ level: 'error', requestId: answer.headers.get('x-request-id') });
  expect(line.err.stack).toContain('endpoints.test.ts');
  expect(served.logLines[0]).not.toContain('the inside story');
});

it('says when the caller may retry', async () => {
  await using served = await serve();
  served.endpoints.handle('listPeople', () => {
    throw new DeskError('tooManyRequests', { retryAfterS: 7 });
  });
  const answer = await answerOf(
    fetch(`${served.url}/api/people`, { headers: { 'x-test-role': 'administrator' } }),
  );
  expect(answer).toMatchObject({ status: 429, body: { error: { retryAfterS: 7 } } });
  expect(answer.headers.get('retry-after')).toBe('7');
});

it('accepts one handler per endpoint and lists endpoints without one', async () => {
  await using served = await serve();
  expect(served.endpoints.missing()).toContain('bootstrap');
  served.endpoints.handle('bootstrap', () => {
    throw new DeskError('internal');
  });
  expect(served.endpoints.missing()).not.toContain('bootstrap');
  expect(() => served.endpoints.handle('bootstrap', () => Promise.reject())).toThrow(/two handlers/);
  const unserved = await answerOf(fetch(`${served.url}/api/people`, { headers: agent }));
  expect(unserved).toMatchObject({ status: 404, body: { error: { code: 'notFound' } } });
});

it('passes on the results and the errors of an endpoint’s middleware', async () => {
  await using served = await serve();
  served.endpoints.handle(
    'upload',
    () => Promise.reject(new Error('not reached')),
    async () => {
      throw new DeskError('uploadNotFound', { message: 'no file' });
    },
  );
  const answer = await answerOf(fetch(`${served.url}/api/uploads`, { method: 'POST', headers: agent }));
  expect(answer).toMatchObject({ status: 400, body: { error: { code: 'uploadNotFound' } } });
});
