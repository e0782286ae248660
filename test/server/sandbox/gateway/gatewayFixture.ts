/** A sandbox with a service in both networks, a template, three people, and a client of the gateway's API. */
import type {
  MessageState,
  SendAnswer,
  SendResult,
  StatusCallback,
  TemplateRequest,
} from '../../../../server/sandbox/gateway/protocol.ts';
import { type Receiver, startReceiver } from '../receiver.ts';
import { anna, boris, groupId, type SandboxFixture, startFixture } from '../sandboxFixture.ts';

const key = 'gateway-key';
const secret = 'status-secret';
export const okGroupId = '57';
export const okToken = 'ok-token';
export const annaPhone = '+79990000001';
export const borisPhone = '+79990000002';
/** In Odnoklassniki only. */
export const vera = 503;
export const veraPhone = '+79990000003';

export interface GatewayFixture extends SandboxFixture {
  statuses: Receiver;
  call(path: string, init?: RequestInit): Promise<Response>;
  /** Sends a batch and returns each message's result. */
  sendAll(messages: unknown[]): Promise<SendResult[]>;
  /** Sends one message with `status_url`, which the gateway must accept, and returns its id. */
  sendOne(about?: object): Promise<string>;
  state(messageId: string): Promise<MessageState>;
  /** Status callbacks of one message, in the order in which they came. */
  callbacksOf(messageId: string): StatusCallback[];
  /** Resolves once exactly these statuses have come for the message, in this order. */
  untilStatuses(messageId: string, expected: string[]): Promise<StatusCallback[]>;
}

export const template: Partial<TemplateRequest> & Pick<TemplateRequest, 'service' | 'name' | 'body'> = {
  service: 'shop',
  name: 'orderReady',
  body: 'Заказ {order} готов',
  adText: 'Скидка {percent} до воскресенья',
  buttons: [
    { kind: 'text', label: 'Заберу сегодня' },
    { kind: 'link', label: 'На карте', url: 'https://example.org/shop?order={order}' },
  ],
};

export const message = {
  phone: annaPhone,
  service: 'shop',
  tmpl: 'orderReady',
  tmpl_data: { order: '№ 7', percent: '10 %' },
};

export async function startGateway(
  options: Parameters<typeof startFixture>[0] = {},
): Promise<GatewayFixture> {
  const fixture = await startFixture(options);
  const { sandbox } = fixture;
  const { control } = sandbox;
  const statuses = await startReceiver();
  if (control.listOkGroups().length === 0) {
    control.createOkGroup({ okGroupId, name: 'Лавка в ОК', token: okToken });
    control.createUser({
      userId: vera,
      firstName: 'Вера',
      phone: veraPhone,
      hasVk: false,
      okUserId: 'user:9',
    });
    control.setPerson({ userId: boris, okUserId: 'user:2' });
    control.registerService({ service: 'shop', key, statusSecret: secret, groupId, okGroupId });
    control.registerTemplate(template);
  }

  const call: GatewayFixture['call'] = (path, init = {}) =>
    fetch(`${sandbox.gatewayBaseUrl}${path}`, {
      ...init,
      headers: { authorization: `Key ${key}`, 'content-type': 'application/json', ...init.headers },
    });
  const sendAll: GatewayFixture['sendAll'] = async (messages) => {
    const answer = await call('/vk/messages', { method: 'POST', body: JSON.stringify({ messages }) });
    if (answer.status !== 200) throw new Error(`The gateway answered ${answer.status}`);
    return ((await answer.json()) as SendAnswer).result;
  };
  const callbacksOf = (messageId: string) =>
    statuses.received.map(({ body }) => body as StatusCallback).filter((one) => one.messageId === messageId);
  return {
    ...fixture,
    statuses,
    call,
    sendAll,
    sendOne: async (about = {}) => {
      const [result] = await sendAll([{ ...message, status_url: statuses.url, ...about }]);
      if (result?.code !== 'OK') throw new Error(`Not accepted: ${JSON.stringify(result)}`);
      return result.messageId;
    },
    state: async (messageId) => {
      const answer = (await (await call(`/vk/messages/${messageId}`)).json()) as { message: MessageState };
      return answer.message;
    },
    callbacksOf,
    untilStatuses: async (messageId, expected) => {
      const came = () => callbacksOf(messageId).map(({ status }) => status);
      await statuses.until(() => came().join() === expected.join());
      return callbacksOf(messageId);
    },
    async [Symbol.asyncDispose]() {
      await fixture[Symbol.asyncDispose]();
      await statuses[Symbol.asyncDispose]();
    },
  };
}

export { anna, boris, groupId };
