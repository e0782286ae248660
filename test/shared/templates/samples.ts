/** A template's content that breaks no rule; tests change one part of it. */
import type { TemplateButton, TemplateContent, TemplateVariable } from '../../../shared/schemas/template.ts';

export const orderReady: TemplateContent = {
  body: 'Заказ {orderNumber} готов. Ждём вас до {until}.',
  adText: null,
  variables: [
    { name: 'orderNumber', type: 'text', maxLength: 12, example: 'A-1001' },
    { name: 'until', type: 'date', maxLength: 10, example: '31.12.2026' },
  ],
  imageIds: [],
  buttons: [],
  direction: 'twoWay',
  defaultTtlSeconds: 3600,
  networks: ['vk', 'ok'],
  isUrgent: false,
};

export function contentWith(change: Partial<TemplateContent>): TemplateContent {
  return { ...orderReady, ...change };
}

export const text = (name: string, maxLength = 50): TemplateVariable => ({
  name,
  type: 'text',
  maxLength,
  example: 'пример',
});

export const answer = (id: string, label = 'Да'): TemplateButton => ({ id, kind: 'text', label });
export const link = (id: string, url: string, label = 'Открыть'): TemplateButton => ({
  id,
  kind: 'link',
  label,
  url,
});

export const values = { orderNumber: 'A-1001', until: '31.12.2026' };
