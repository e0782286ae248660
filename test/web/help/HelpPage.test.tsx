// @vitest-environment jsdom
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  RouterProvider,
} from '@tanstack/react-router';
import { cleanup, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Role } from '../../../shared/schemas/person.ts';
import { newTemplate } from '../../../shared/schemas/template.ts';
import { templateProblems } from '../../../shared/templates/problems.ts';
import { codePoints } from '../../../shared/templates/text.ts';
import { createDeskRouter } from '../../../web/app/router.tsx';
import { HelpPage } from '../../../web/help/HelpPage.tsx';
import { help as en } from '../../../web/help/help.en.ts';
import { help as ru } from '../../../web/help/help.ru.ts';
import { type Place, places, topics } from '../../../web/help/topics.ts';
import { createI18n } from '../../../web/i18n/i18n.ts';
import { emptyDraft } from '../../../web/templates/draft.ts';
import { renderInDesk } from '../support/renderInDesk.tsx';
import { sampleMe } from '../support/samples.ts';

/** The FAQ's own questions, in its order. */
const faq = [
  'Какой статус может быть у сообщения?',
  'Можно ли отправлять односторонние сообщения?',
  'Можно ли отправлять рекламные сообщения?',
  'Можно отправлять сообщения любому пользователю социальной сети?',
  'Что такое сервисные сообщения?',
  'Можно ли читать ответы клиентов в интерфейсе сообщений «ВКонтакте»?',
  'Сколько сообщений можно отправить одному клиенту?',
  'Сколько символов можно использовать в одном сообщении?',
  'Какие действуют ограничения при отправке изображений?',
  'Сколько кнопок может быть в шаблоне?',
  'Обязательно ли клиенту подписываться на сообщество компании?',
  'Как обеспечивается безопасность передачи данных?',
  'Можно ли использовать TTL?',
  'Можно ли отправлять изображения?',
  'Можно ли отправлять кнопки?',
  'Как узнать, что по номеру телефона будет клиент, для которого предназначена рассылка?',
  'От имени кого приходит сообщение?',
  'Увидит ли администратор сообщества исходящие сообщения в сообщениях сообщества?',
];
const rules = Array.from({ length: 25 }, (_, index) => `N${index + 1}`);

beforeAll(() => {
  Element.prototype.scrollIntoView = () => {};
});
afterEach(cleanup);

async function openHelp(role: Role, hash = ''): Promise<void> {
  const root = createRootRoute();
  const page = createRoute({ getParentRoute: () => root, path: '/help', component: HelpPage });
  const router = createRouter({
    routeTree: root.addChildren([page]),
    history: createMemoryHistory({ initialEntries: [`/help${hash}`] }),
  });
  renderInDesk(<RouterProvider router={router as never} />, {}, { me: { ...sampleMe, role } });
  await screen.findByRole('heading', { level: 1, name: 'Помощь' });
}

describe('the help', () => {
  it('answers every question of the FAQ and every rule, in both languages', () => {
    const ofFaq = topics.filter(({ group }) => group !== 'desk');
    expect(ofFaq.map(({ id }) => ru.answers[id].question)).toEqual(faq);
    const answered = topics.flatMap((topic) => [...topic.rules]);
    expect(answered.sort()).toEqual([...rules].sort());
    for (const texts of [ru, en])
      for (const { id } of topics) {
        const { question, text } = texts.answers[id];
        expect(question.endsWith('?')).toBe(true);
        expect(text.join('').length).toBeGreaterThan(60);
      }
    expect(JSON.stringify(en)).not.toMatch(/[а-яё]/i);
  });

  it('describes what the program does with a draft without text and with emoji', () => {
    const draft = { ...emptyDraft, name: 'a', title: 'a' };
    expect(newTemplate.safeParse(draft).success).toBe(true);
    expect(templateProblems(draft.content).map(({ code }) => code)).toContain('bodyEmpty');
    expect(ru.answers.advertising.text[0]).toContain('не примут на проверку');
    expect(en.answers.advertising.text[0]).toContain('not accepted for review');
    expect([codePoints('😀'), codePoints('👨‍👩‍👧'), codePoints('🇷🇺')]).toEqual([1, 5, 2]);
    expect(ru.answers.characters.text[0]).toContain('составной (семья, флаг) — несколько');
    expect(en.answers.characters.text[0]).toContain('(a family, a flag) is several');
  });

  it('links only to existing screens, and each has a name in both languages', async () => {
    const addresses = Object.keys(createDeskRouter(await createI18n('ru')).routesByPath);
    for (const place of Object.keys(places) as Place[]) {
      expect(addresses).toContain(places[place].to);
      expect(ru.places[place]).toBeTruthy();
      expect(en.places[place]).toBeTruthy();
    }
    for (const topic of topics) expect(topic.places.length).toBeGreaterThan(0);
  });

  it.each([
    ['administrator', ['/settings/company', '/templates', '/deliveries'], []],
    ['supervisor', ['/templates', '/deliveries'], ['/settings/company']],
    ['agent', ['/'], ['/settings/company', '/templates', '/deliveries']],
  ] as const)(
    'shows the role %s links to allowed screens, and text for others',
    async (role, open, closed) => {
      await openHelp(role);
      const hrefs = new Set(screen.getAllByRole('link').map((link) => link.getAttribute('href')));
      for (const href of open) expect(hrefs).toContain(href);
      for (const href of closed) expect(hrefs).not.toContain(href);
      const limit = document.getElementById('how-many')!;
      const may = role === 'administrator';
      expect(limit.textContent?.includes('(открывает администратор)')).toBe(!may);
    },
  );

  it('finds words in any order, ignores ё, and shows the number of answers', async () => {
    const user = userEvent.setup();
    await openHelp('agent');
    const search = screen.getByRole('searchbox', { name: 'Найти на странице' });
    await user.type(search, 'банка пять');
    await waitFor(() => expect(screen.getAllByRole('article')).toHaveLength(1));
    expect(screen.getByRole('status').textContent).toBe('Показано: 1 ответ');
    await user.clear(search);
    await user.type(search, 'не придет такого');
    await waitFor(() => expect(screen.queryAllByRole('article')).toHaveLength(0));
    expect(screen.getByRole('status').textContent).toContain('Такого здесь нет');
    await user.clear(search);
    await waitFor(() => expect(screen.getAllByRole('article')).toHaveLength(topics.length));
  });

  it('has an anchor for each question in its contents', async () => {
    await openHelp('agent', '#ttl');
    const contents = screen.getByRole('navigation', { name: 'Вопросы' });
    const anchors = within(contents)
      .getAllByRole('link')
      .map((link) => link.getAttribute('href'));
    expect(anchors).toEqual(topics.map(({ id }) => `/help#${id}`));
    for (const { id } of topics) expect(document.getElementById(id)).not.toBeNull();
  });

  it('passes axe', async () => {
    await openHelp('supervisor');
    const { violations } = await axe.run(document.body, {
      // jsdom has no layout, and the page's frame is not here.
      rules: { 'color-contrast': { enabled: false }, region: { enabled: false } },
    });
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  });
});
