// @vitest-environment jsdom
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from '@tanstack/react-router';
import { cleanup, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { limits } from '../../../shared/limits.ts';
import type { ClientView } from '../../../shared/schemas/client.ts';
import { ClientPane } from '../../../web/client/ClientPane.tsx';
import * as lazyDialogs from '../../../web/client/lazyDialogs.ts';
import { cacheKeys } from '../../../web/desk/cacheKeys.ts';
import { openThread } from '../../../web/desk/threadState.ts';
import { NoticeBar } from '../../../web/ui/NoticeBar.tsx';
import { findings } from '../support/axe.ts';
import { i18n, renderInDesk } from '../support/renderInDesk.tsx';
import {
  atMinute,
  hexId,
  sampleClient,
  sampleClientMessage,
  sampleFoundClient,
  sampleRow,
} from '../support/samples.ts';
import { type DeskStandIn, type ReceivedRequest, startDeskStandIn } from '../support/startDeskStandIn.ts';

let standIn: DeskStandIn;
/** The client as the server has it; requests change it. */
let client: ClientView;
let answers: Record<string, (request: ReceivedRequest) => unknown>;
const row = sampleRow();
const changes = () => standIn.requests.filter(({ method }) => method !== 'GET');

// Loaded before the tests, as they are in the browser before the first click.
beforeAll(async () => {
  for (const dialog of Object.values(lazyDialogs)) await dialog.preload(i18n);
});

beforeEach(async () => {
  client = sampleClient();
  answers = {};
  standIn = await startDeskStandIn();
  standIn.answer = (request) => {
    const found = Object.entries(answers).find(([key]) =>
      `${request.method} ${request.path}`.startsWith(key),
    );
    if (found) return { status: 200, json: found[1](request) };
    if (request.path === `/api/clients/${client.id}`)
      return { status: 200, json: { client, conversations: [] } };
    return { status: 403, json: { error: { code: 'forbidden', message: 'not in this test' } } };
  };
});
afterEach(async () => {
  cleanup();
  await standIn[Symbol.asyncDispose]();
});

async function showCard() {
  const { desk, show } = renderInDesk(<p />);
  desk.queries.setQueryData(cacheKeys.thread(row.id), openThread({ row, messages: [], hasOlder: false }));
  // The pane links to other screens.
  const root = createRootRoute({
    component: () => (
      <>
        <ClientPane conversationId={row.id} onClose={() => {}} />
        <NoticeBar />
      </>
    ),
  });
  const router = createRouter({ routeTree: root, history: createMemoryHistory() });
  show(<RouterProvider router={router as never} />);
  await screen.findByRole('heading', { name: 'Телефон' });
  return desk;
}
const button = (name: string | RegExp) => screen.getByRole('button', { name });
const dialog = () => within(screen.getByRole('dialog'));

describe("a client's card", () => {
  it("shows the phone, how and since when it is bonded, and the client's pages", async () => {
    client = sampleClient({ phoneBond: { how: 'hand', at: atMinute(1), personName: 'Анна Смирнова' } });
    await showCard();
    expect(screen.getByText('+7••••••••67')).toBeTruthy();
    expect(screen.getByText(/Связан 1 янв\. 2026.*вручную, Анна Смирнова/)).toBeTruthy();
    expect(screen.getByRole('link', { name: 'vk.ru/id2001' })).toBeTruthy();
    expect(screen.getByText(/^с 1 янв\. 2026/)).toBeTruthy();
    expect(screen.queryByRole('button', { name: /Отделить/ })).toBeNull();
    expect(await findings()).toEqual([]);
  });

  it('marks a confirmation older than six months, and no later one (N23)', async () => {
    const ago = (ms: number) => new Date(Date.now() - ms).toISOString();
    client = sampleClient({ phoneConfirmedAt: ago(limits.phoneConfirmedForMs - 60_000) });
    await showCard();
    expect(screen.getByText(/подтверждён/)).toBeTruthy();
    expect(screen.queryByText(/Больше шести месяцев назад/)).toBeNull();
    cleanup();
    client = sampleClient({ phoneConfirmedAt: ago(limits.phoneConfirmedForMs + 60_000) });
    await showCard();
    expect(screen.getByText(/Больше шести месяцев назад/)).toBeTruthy();
  });
});

describe('undoing the bond to the phone', () => {
  it('explains the effect, returns the focus on cancel, and happens once', async () => {
    const user = userEvent.setup();
    await showCard();
    await user.click(button('Отменить связь'));
    expect(dialog().getByText(/исчезнут из диалога/)).toBeTruthy();
    expect(await findings()).toEqual([]);
    await user.click(dialog().getByRole('button', { name: 'Отмена' }));
    expect(document.activeElement).toBe(button('Отменить связь'));
    expect(changes()).toEqual([]);

    answers['DELETE /api/clients'] = () => {
      client = sampleClient({ phone: null, phoneBond: null });
      return { client };
    };
    await user.keyboard('{Enter}');
    await user.dblClick(dialog().getByRole('button', { name: 'Отменить связь' }));
    await screen.findByRole('button', { name: 'Связать с номером' });
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(screen.queryByText('+7••••••••67')).toBeNull();
    expect(document.activeElement).toBe(screen.getByRole('heading', { name: 'Телефон' }));
    expect(changes()).toHaveLength(1);
  });

  it('shows why it was refused, and stays open', async () => {
    const user = userEvent.setup();
    await showCard();
    await user.click(button('Отменить связь'));
    await user.click(dialog().getByRole('button', { name: 'Отменить связь' }));
    expect(await dialog().findByText(/Не получилось\. .*прав|Не получилось/)).toBeTruthy();
    expect(screen.getByText('+7••••••••67')).toBeTruthy();
  });
});

describe('bonding a phone', () => {
  beforeEach(() => {
    client = sampleClient({ phone: null, phoneBond: null });
  });
  const bondTo = async (phone: string) => {
    const user = userEvent.setup();
    await showCard();
    await user.click(button('Связать с номером'));
    await user.type(screen.getByRole('textbox', { name: 'Телефон' }), `${phone}{Enter}`);
    return user;
  };

  it('works by keyboard alone', async () => {
    answers['PUT /api/clients'] = () => {
      client = sampleClient({ phoneBond: { how: 'hand', at: atMinute(9), personName: 'Анна' } });
      return { outcome: 'bonded', client };
    };
    await bondTo('+79123456767');
    await screen.findByText('+7••••••••67');
    expect(changes().map(({ body }) => body)).toEqual([{ phone: '+79123456767' }]);
    expect(document.activeElement).toBe(screen.getByRole('heading', { name: 'Телефон' }));
  });

  it('shows an invalid phone at its field', async () => {
    answers['PUT /api/clients'] = () => ({ outcome: 'phoneInvalid' });
    await bondTo('12345');
    await screen.findByText(/Это не номер телефона/);
    const field = screen.getByRole('textbox', { name: 'Телефон' });
    expect(field.getAttribute('aria-invalid')).toBe('true');
    expect(document.activeElement).toBe(field);
    expect(await findings()).toEqual([]);
  });

  it('shows another client who has the phone, and merges the two on request', async () => {
    const other = sampleFoundClient();
    answers['PUT /api/clients'] = ({ body }) => {
      if (!(body as { mergeWith?: string }).mergeWith) return { outcome: 'hasOther', other };
      client = sampleClient();
      return { outcome: 'bonded', client };
    };
    const user = await bondTo('+79123456789');
    await dialog().findByText('Пётр Иванов');
    expect(dialog().getByText(/vk\.ru\/id2002/)).toBeTruthy();
    expect(await findings()).toEqual([]);
    await user.dblClick(dialog().getByRole('button', { name: 'Объединить' }));
    await screen.findByText('+7••••••••67');
    expect(changes().map(({ body }) => body)).toEqual([
      { phone: '+79123456789' },
      { phone: '+79123456789', mergeWith: other.id },
    ]);
  });

  it('refers to a supervisor when the agent may not see the other client', async () => {
    answers['PUT /api/clients'] = () => ({ outcome: 'hasOther', other: null });
    await bondTo('+79123456789');
    await dialog().findByText(/Решить может руководитель/);
    expect(dialog().queryByRole('button', { name: 'Объединить' })).toBeNull();
  });
});

describe('merging and splitting clients', () => {
  it('finds another client, asks for confirmation, and can split them again', async () => {
    const user = userEvent.setup();
    const other = sampleFoundClient({ phone: null });
    answers['POST /api/clients/find'] = () => ({ clients: [sampleFoundClient({ id: client.id }), other] });
    answers[`POST /api/clients/${client.id}/merge`] = () => {
      client = sampleClient({
        bonds: [...client.bonds, ...other.bonds.map((bond) => ({ ...bond, isMerged: true }))],
      });
      return { client };
    };
    await showCard();
    await user.click(button('Объединить с другим клиентом'));
    await user.type(screen.getByRole('textbox', { name: /Телефон, страница/ }), 'vk.ru/id2002{Enter}');
    await dialog().findByText('Найден 1 клиент');
    expect((dialog().getByRole('radio', { name: /Пётр Иванов/ }) as HTMLInputElement).checked).toBe(true);
    expect(await findings()).toEqual([]);
    await user.click(dialog().getByRole('button', { name: 'Далее' }));
    expect(document.activeElement).toBe(dialog().getByRole('button', { name: 'Объединить' }));
    await user.keyboard('{Enter}');
    expect(await screen.findByRole('link', { name: 'vk.ru/id2002' })).toBeTruthy();
    expect(changes().map(({ body }) => body)).toEqual([
      { text: 'vk.ru/id2002' },
      { otherClientId: other.id },
    ]);

    answers[`POST /api/clients/${client.id}/detach`] = () => {
      client = sampleClient();
      return { client, detached: { id: other.id, name: other.name, avatarUrl: null } };
    };
    await user.click(button('Отделить: vk.ru/id2002'));
    expect(dialog().getByText(/станут отдельным клиентом/)).toBeTruthy();
    await user.click(dialog().getByRole('button', { name: 'Отделить' }));
    await waitFor(() => expect(screen.queryByRole('link', { name: 'vk.ru/id2002' })).toBeNull());
    expect(changes().at(-1)?.body).toEqual({ network: 'vk', externalUserId: '2002' });
    expect(document.activeElement).toBe(screen.getByRole('heading', { name: 'Страницы в соцсетях' }));
  });

  it('asks which phone to keep when both clients have one', async () => {
    const user = userEvent.setup();
    client = sampleClient({ phone: '+7••••••••67' });
    const other = sampleFoundClient({ phone: '+7••••••••99' });
    answers['POST /api/clients/find'] = () => ({ clients: [other] });
    answers[`POST /api/clients/${client.id}/merge`] = () => ({ client });
    await showCard();
    await user.click(button('Объединить с другим клиентом'));
    await user.type(screen.getByRole('textbox', { name: /Телефон, страница/ }), 'vk.ru/id2002{Enter}');
    await user.click(await dialog().findByRole('button', { name: 'Далее' }));
    const group = within(dialog().getByRole('group', { name: 'У каждого свой номер. Какой останется?' }));
    const own = group.getByRole('radio', { name: '+7••••••••67' });
    expect((own as HTMLInputElement).checked).toBe(true);
    expect(document.activeElement).toBe(own);
    expect(await findings()).toEqual([]);
    await user.click(group.getByRole('radio', { name: '+7••••••••99' }));
    await user.click(dialog().getByRole('button', { name: 'Объединить' }));
    await waitFor(() => expect(changes().at(-1)?.body).toEqual({ otherClientId: other.id, phone: 'other' }));
  });

  it('shows a message when no other client was found', async () => {
    const user = userEvent.setup();
    let clients = [sampleFoundClient({ id: client.id })];
    answers['POST /api/clients/find'] = () => ({ clients });
    await showCard();
    await user.click(button('Объединить с другим клиентом'));
    const field = screen.getByRole('textbox', { name: /Телефон, страница/ });
    await user.type(field, '2001{Enter}');
    await dialog().findByText('Найден только этот же клиент');
    clients = [];
    await user.type(field, '9{Enter}');
    await dialog().findByText(/Никто не найден/);
  });
});

describe("the windows of a client's messages", () => {
  it('shows only one-way messages under their name, without a composer (N2)', async () => {
    const user = userEvent.setup();
    answers['GET /api/clients/'] = ({ path }) => {
      if (!path.includes('service-messages')) return { client, conversations: [] };
      return { messages: [sampleClientMessage({ direction: 'oneWay', buttons: [] })], nextCursor: null };
    };
    await showCard();
    await user.click(button('Уведомления'));
    await dialog().findByText('Заказ 1042 готов');
    expect(screen.getByRole('dialog', { name: 'Уведомления' })).toBeTruthy();
    expect(standIn.requests.at(-1)?.path).toContain('direction=oneWay');
    expect(dialog().queryByRole('textbox')).toBeNull();
    expect(await findings()).toEqual([]);
    await user.click(dialog().getByRole('button', { name: 'Закрыть' }));
    expect(document.activeElement).toBe(button('Уведомления'));
  });

  it('shows all messages page by page, with their statuses', async () => {
    const user = userEvent.setup();
    answers['GET /api/clients/'] = ({ path }) => {
      if (!path.includes('service-messages')) return { client, conversations: [] };
      const isSecond = path.includes('cursor=next');
      const message = isSecond
        ? {
            id: hexId(2),
            text: 'Заказ 7 не забрали',
            status: 'expired' as const,
            endCode: 'ttlExpired' as const,
          }
        : { id: hexId(3) };
      return { messages: [sampleClientMessage(message)], nextCursor: isSecond ? null : 'next' };
    };
    await showCard();
    await user.click(button('Сервисные сообщения'));
    await dialog().findByText('Заказ 1042 готов');
    await user.click(dialog().getByRole('button', { name: 'Показать ещё' }));
    await dialog().findByText('Заказ 7 не забрали');
    expect(dialog().getByText(/Просрочено/)).toBeTruthy();
    expect(dialog().queryByRole('button', { name: 'Показать ещё' })).toBeNull();
  });

  it('offers to try again after an error, and shows why the list is empty', async () => {
    const user = userEvent.setup();
    client = sampleClient({ phone: null, phoneBond: null });
    await showCard();
    await user.click(button('Сервисные сообщения'));
    await dialog().findByText('Не удалось загрузить сообщения');
    answers['GET /api/clients/'] = ({ path }) =>
      path.includes('service-messages') ? { messages: [], nextCursor: null } : { client, conversations: [] };
    await user.click(dialog().getByRole('button', { name: 'Повторить' }));
    await dialog().findByText(/Номер клиента неизвестен/);
  });
});
