import { describe, expect, it } from 'vitest';
import { cannedValues } from '../../../web/cannedAnswers/cannedValues.ts';
import { foldersOf, groupsOf } from '../../../web/cannedAnswers/groups.ts';

const context = {
  clientName: 'Мария Петрова',
  agentName: 'Анна Смирнова',
  timeZone: 'Asia/Vladivostok',
  nowMs: Date.UTC(2026, 0, 1, 0, 30),
  language: 'ru',
} as const;

describe('the variables of a canned answer', () => {
  it('are the names of the client and the agent', () => {
    expect(cannedValues('', context)).toMatchObject({
      clientName: 'Мария Петрова',
      clientFirstName: 'Мария',
      agentName: 'Анна Смирнова',
    });
  });

  it('do not take a user id for a name', () => {
    for (const clientName of ['id2001', 'iduser:7101', ' '])
      expect(cannedValues('', { ...context, clientName })).toMatchObject({
        clientName: '',
        clientFirstName: '',
      });
    expect(cannedValues('', { ...context, clientName: 'Идрис 2' }).clientName).toBe('Идрис 2');
  });

  it.each([
    [2, 'Asia/Vladivostok', 'Добрый день'],
    [19, 'Asia/Vladivostok', 'Доброе утро'],
    [19, 'Europe/Moscow', 'Добрый вечер'],
    [20, 'Europe/Moscow', 'Доброй ночи'],
    [2, 'Europe/Moscow', 'Доброе утро'],
    [1, 'Europe/Moscow', 'Доброй ночи'],
    [9, 'Europe/Moscow', 'Добрый день'],
    [15, 'Europe/Moscow', 'Добрый вечер'],
  ])('greet at %i:59 UTC by the clocks of %s: %s', (hour, timeZone, greeting) => {
    const nowMs = Date.UTC(2026, 0, 1, hour, 59, 59);
    // 01:59 UTC is 04:59 in Moscow, 02:59 is 05:59; 20:59 UTC is 23:59.
    expect(cannedValues('{greeting}!', { ...context, timeZone, nowMs }).greeting).toBe(greeting);
  });

  it('greet in the language of the text, whatever language the screen has', () => {
    const at = (text: string, language: 'ru' | 'en') => cannedValues(text, { ...context, language }).greeting;
    expect(at('{greeting}! Ваш заказ', 'en')).toBe('Доброе утро');
    expect(at('{greeting}! Your order', 'ru')).toBe('Good morning');
    expect(at('{greeting} {адрес}', 'en')).toBe('Good morning');
  });
});

describe('the page of canned answers', () => {
  const one = (folder: string, isShared: boolean) => ({
    id: `${folder}${isShared}`,
    isShared,
    folder,
    name: '',
    text: '',
    uses: 0,
    changedAt: '',
    version: 0,
  });
  const all = [one('', false), one('Я', true), one('', true), one('А', true), one('А', false)];

  it('has the shared folders first, by name, and what is in no folder last', () => {
    expect(groupsOf(all, true).map(({ key }) => key)).toEqual([
      'shared:А',
      'shared:Я',
      'shared:',
      'own:А',
      'own:',
    ]);
  });

  it('has the answers of a folder by name, and numbers in them by their value', () => {
    const names = ['Вопрос 10', 'Вопрос 2', 'Адрес'];
    const [group] = groupsOf(
      names.map((name) => ({ ...one('А', true), name })),
      true,
    );
    expect(group?.answers.map(({ name }) => name)).toEqual(['Адрес', 'Вопрос 2', 'Вопрос 10']);
  });

  it('keeps the order of what was found', () => {
    expect(groupsOf(all, false)[0]?.key).toBe('own:');
    expect(foldersOf(all, true)).toEqual(['А', 'Я']);
  });
});
