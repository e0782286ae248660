/** Odnoklassniki in a sandbox: one group, a client of its Bot API, and a subscribed webhook. */
import type { OkError, OkStoredMessage } from '../../../../server/sandbox/ok/protocol.ts';
import { type GatewayFixture, okGroupId, okToken, startGateway, vera } from '../gateway/gatewayFixture.ts';
import { type Receiver, startReceiver } from '../receiver.ts';

export interface OkFixture extends GatewayFixture {
  hook: Receiver;
  /** Calls a method: by GET, or by POST when there is a body. */
  api<Answer = Record<string, unknown>>(
    path: string,
    body?: object,
    token?: string,
  ): Promise<Answer & Partial<OkError>>;
}

export interface Messages {
  messages: OkStoredMessage[];
}

export async function startOk(): Promise<OkFixture> {
  const gateway = await startGateway();
  const hook = await startReceiver();
  const api: OkFixture['api'] = async (path, body, token = okToken) => {
    const url = new URL(`${gateway.sandbox.okBaseUrl}/${path}`);
    url.searchParams.set('access_token', token);
    const answer = await fetch(
      url,
      body && {
        method: 'POST',
        headers: { 'content-type': 'application/json;charset=utf-8' },
        body: JSON.stringify(body),
      },
    );
    return (await answer.json()) as never;
  };
  await api('me/subscribe', { url: hook.url });
  return {
    ...gateway,
    hook,
    api,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await hook[Symbol.asyncDispose]();
    },
  };
}

export const chat = { okGroupId, userId: vera };
