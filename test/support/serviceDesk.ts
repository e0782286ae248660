/**
 * The whole desk, ready to send: an approved template, and a key whose owner calls the API with a third-party client
 * library. The sandbox's gateway and its people are at the other end.
 */
import type { GatewayMessageView } from '../../shared/sandboxNotify.ts';
import type { TemplateContent } from '../../shared/schemas/template.ts';
import type { MessageAnswer } from '../../shared/v1/messages.ts';
import { type ClientKey, callSigned } from '../server/http/v1/signedClient.ts';
import type { DeskClient } from './deskProcess.ts';
import { approveTemplate } from './gatewayCommunity.ts';
import { startDesk, type TestDesk, type TestDeskOptions } from './startDesk.ts';
import { until } from './until.ts';

export const annaPhone = '+79990000001';
export const annaId = 2001;

export const orderReady: TemplateContent = {
  body: 'Заказ {order} готов',
  adText: null,
  variables: [{ name: 'order', type: 'text', maxLength: 20, example: '№ 7' }],
  imageIds: [],
  buttons: [
    { id: 'today', kind: 'text', label: 'Заберу сегодня' },
    { id: 'map', kind: 'link', label: 'Где забрать', url: 'https://shop.example.com/{order}' },
  ],
  direction: 'twoWay',
  defaultTtlSeconds: 3600,
  networks: ['vk', 'ok'],
  isUrgent: false,
};

export interface ServiceDesk extends TestDesk {
  admin: DeskClient;
  key: ClientKey;
  vkCommunityId: string;
  /** Makes a template of this content and approves it. */
  approve(name: string, content?: Partial<TemplateContent>): Promise<void>;
  /** Sends the usual template to Anna unless `about` says otherwise; returns the message's id. */
  send(about?: object): Promise<string>;
  read(messageId: string): Promise<MessageAnswer>;
  untilStatus(messageId: string, status: string): Promise<MessageAnswer>;
  /** The gateway's state of the message, once the gateway has accepted it. */
  atGateway(messageId: string): Promise<GatewayMessageView>;
}

export async function startServiceDesk(options: TestDeskOptions = {}): Promise<ServiceDesk> {
  const desk = await startDesk(options);
  const admin = await desk.as('admin@example.com');
  const made = await admin.call('makeApiKey', { body: { name: 'Shop', rights: ['send', 'read'] } });
  const key = { consumerKey: made.key.consumerKey, consumerSecret: made.consumerSecret ?? '' };
  const { communities } = await admin.call('listCommunities');
  const messagesUrl = `${desk.url}/api/v1/messages`;

  const approve: ServiceDesk['approve'] = (name, content = {}) =>
    approveTemplate(admin, name, { ...orderReady, ...content });
  await approve('orderReady');

  const read: ServiceDesk['read'] = async (messageId) => {
    const { status, body } = await callSigned(key, 'GET', `${messagesUrl}/${messageId}`);
    if (status !== 200) throw new Error(`The desk answered ${status}: ${JSON.stringify(body)}`);
    return body as unknown as MessageAnswer;
  };
  return {
    ...desk,
    admin,
    key,
    vkCommunityId: communities.find(({ network }) => network === 'vk')?.id ?? '',
    approve,
    async send(about = {}) {
      const request = { phone: annaPhone, template: 'orderReady', variables: { order: '№7' }, ...about };
      const { status, body } = await callSigned(key, 'POST', messagesUrl, { body: request });
      if (status !== 202 || !body.id) throw new Error(`Not accepted: ${status} ${JSON.stringify(body)}`);
      return body.id;
    },
    read,
    untilStatus: (messageId, wanted) =>
      until(`${messageId} to be ${wanted}`, async () => {
        const message = await read(messageId);
        return message.status === wanted && message;
      }),
    atGateway: (messageId) =>
      until(`the gateway to know ${messageId}`, () =>
        desk.sandbox.control
          .gatewayMessages({ last: 200 })
          .find(({ clientMessageId }) => clientMessageId?.startsWith(messageId)),
      ),
  };
}
