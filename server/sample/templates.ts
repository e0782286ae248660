/** The templates of the sample month's service messages. */
import type { TemplateContent } from '../../shared/schemas/template.ts';

const usual = {
  adText: null,
  imageIds: [],
  direction: 'twoWay',
  defaultTtlSeconds: 24 * 3600,
  networks: ['vk', 'ok'],
  isUrgent: true,
} as const satisfies Partial<TemplateContent>;

const variable = (name: string, example: string) => ({ name, type: 'text' as const, maxLength: 40, example });

export const sampleTemplates: readonly { name: string; title: string; content: TemplateContent }[] = [
  {
    name: 'orderReady',
    title: 'Заказ готов',
    content: {
      ...usual,
      networks: [...usual.networks],
      imageIds: [],
      body: 'Заказ {order} готов и ждёт вас в пункте выдачи на {place}. Храним 7 дней.',
      variables: [variable('order', '48213'), variable('place', 'Садовой')],
      buttons: [
        { id: 'today', kind: 'text', label: 'Заберу сегодня' },
        { id: 'later', kind: 'text', label: 'Перенести' },
      ],
    },
  },
  {
    name: 'orderShipped',
    title: 'Заказ отправлен',
    content: {
      ...usual,
      networks: [...usual.networks],
      imageIds: [],
      body: 'Заказ {order} отправлен. Трек-номер {track}.',
      variables: [variable('order', '48213'), variable('track', '123456789')],
      buttons: [
        { id: 'today', kind: 'text', label: 'Заберу сегодня' },
        { id: 'later', kind: 'text', label: 'Перенести' },
      ],
    },
  },
  {
    name: 'refundSent',
    title: 'Возврат отправлен',
    content: {
      ...usual,
      networks: [...usual.networks],
      imageIds: [],
      body: 'Возврат по заказу {order} на {sum} ₽ отправлен. Деньги придут в течение 5 рабочих дней.',
      variables: [variable('order', '48213'), variable('sum', '2500')],
      buttons: [],
    },
  },
];
