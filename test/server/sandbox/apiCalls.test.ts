import { expect, it } from 'vitest';
import { APIError, createCollectIterator } from 'vk-io';
import { anna, boris, groupId, startFixture, token } from './sandboxFixture.ts';

async function raw(url: string, init?: RequestInit): Promise<unknown> {
  return (await fetch(url, init)).json();
}

it('accepts GET and POST, with the token in the parameters or in the header', async () => {
  await using fixture = await startFixture();
  const base = `${fixture.sandbox.apiBaseUrl}/groups.getTokenPermissions`;
  const expected = { response: { mask: expect.any(Number), permissions: expect.any(Array) } };
  expect(await raw(`${base}?v=5.199&access_token=${token}`)).toEqual(expected);
  expect(await raw(`${base}?v=5.199`, { headers: { authorization: `Bearer ${token}` } })).toEqual(expected);
  const body = new URLSearchParams({ v: '5.199', access_token: token });
  expect(await raw(base, { method: 'POST', body })).toEqual(expected);
});

it('answers errors in the shape of VK, without the token', async () => {
  await using fixture = await startFixture();
  const { apiBaseUrl } = fixture.sandbox;
  expect(await raw(`${apiBaseUrl}/users.get?v=5.199&access_token=${token}`)).toEqual({
    error: {
      error_code: 100,
      error_msg: 'One of the parameters specified was missing or invalid: user_ids is undefined',
      request_params: [
        { key: 'method', value: 'users.get' },
        { key: 'oauth', value: '1' },
        { key: 'v', value: '5.199' },
      ],
    },
  });
  expect(await raw(`${apiBaseUrl}/no.such?v=5.199&access_token=${token}`)).toMatchObject({
    error: { error_code: 3 },
  });
  expect(await raw(`${apiBaseUrl}/users.get?v=5.199&access_token=bad`)).toMatchObject({
    error: { error_code: 5 },
  });
  expect(await raw(`${apiBaseUrl}/users.get?access_token=${token}`)).toMatchObject({
    error: { error_code: 8 },
  });
  const other = `${apiBaseUrl}/groups.getLongPollServer?v=5.199&access_token=${token}&group_id=78`;
  expect(await raw(other)).toMatchObject({ error: { error_code: 15 } });
});

it('answers error 6 to the twenty-first call in a second, and never when the limit is off', async () => {
  await using fixture = await startFixture();
  const { sandbox } = fixture;
  const call = () => raw(`${sandbox.apiBaseUrl}/groups.getById?v=5.199&access_token=${token}`);
  const codes = async () => {
    const answers = (await Promise.all(Array.from({ length: 30 }, call))) as {
      error?: { error_code: number };
    }[];
    return answers.filter(({ error }) => error?.error_code === 6).length;
  };
  expect(await codes()).toBe(10);
  sandbox.control.setSettings({ rateLimitPerSecond: null });
  expect(await codes()).toBe(0);
});

it("serves vk-io's parallel mode through execute, and each call succeeds or fails on its own", async () => {
  await using fixture = await startFixture();
  const { sandbox } = fixture;
  sandbox.control.clientSends({ groupId, userId: anna, text: 'a' });
  const { api } = fixture.client({ apiMode: 'parallel' });
  const texts = ['скобка ) и "кавычки"', 'перенос\nстроки \\ и {}', '[API.users.get({})]'];
  const results = await Promise.allSettled([
    ...texts.map((message, n) => api.messages.send({ peer_id: anna, random_id: n + 1, message })),
    api.messages.send({ peer_id: boris, random_id: 9, message: 'нельзя' }),
    api.users.get({ user_ids: [anna] }),
  ]);
  expect(results.map(({ status }) => status)).toEqual([
    'fulfilled',
    'fulfilled',
    'fulfilled',
    'rejected',
    'fulfilled',
  ]);
  expect(results[3]).toMatchObject({ reason: { code: 901 } });
  expect(
    sandbox.control
      .snapshot({ groupId, userId: anna })
      .messages.slice(1)
      .map(({ text }) => text),
  ).toEqual(texts);
  expect(sandbox.control.counters({ groupId }).apiCalls).toEqual({ execute: 1 });
});

it("serves vk-io's collect, and refuses code that it cannot read", async () => {
  await using fixture = await startFixture();
  const { sandbox, vk } = fixture;
  for (let n = 1; n <= 25; n += 1) sandbox.control.clientSends({ groupId, userId: anna, text: `${n}` });
  const texts: string[] = [];
  const pages = createCollectIterator<{ text: string }>({
    api: vk.api,
    method: 'messages.getHistory',
    params: { peer_id: anna, rev: 1 },
    countPerRequest: 10,
    parallelRequests: 2,
  });
  for await (const { items } of pages) texts.push(...items.map(({ text }) => text));
  expect(texts).toEqual(Array.from({ length: 25 }, (_, index) => String(index + 1)));
  const refusal = await vk.api.execute({ code: 'while (true) {}' }).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(APIError);
  expect(refusal).toMatchObject({ code: 12 });
});
