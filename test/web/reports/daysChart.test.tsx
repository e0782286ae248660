// @vitest-environment jsdom
import { cleanup, screen, within } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { DaysChart } from '../../../web/reports/DaysChart.tsx';
import { renderInDesk } from '../support/renderInDesk.tsx';

afterEach(cleanup);

const days = [{ date: '2026-11-28', replies: 0, answers: 7, resolved: 3 }];
const legend = () =>
  within(screen.getByRole('list'))
    .getAllByRole('listitem')
    .map(({ textContent }) => textContent);

it('shows replies of the company, and none of a person, who has none', () => {
  const { show } = renderInDesk(<DaysChart days={days} isOfPerson={false} />);
  expect(legend()).toEqual(['Сообщения клиентов', 'Ответы', 'Завершено', 'самый высокий столбец — 7']);
  show(<DaysChart days={days} isOfPerson />);
  expect(legend()).toEqual(['Ответы', 'Завершено', 'самый высокий столбец — 7']);
});
