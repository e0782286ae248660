// @vitest-environment jsdom
/** What a line of the register says in words: never a code, an id or a time as programs write it. */
import { cleanup, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { RegisterDetails } from '../../../web/settings/personalData/RegisterDetails.tsx';
import { renderInDesk } from '../support/renderInDesk.tsx';

afterEach(cleanup);

it.each([
  [
    { what: 'deliveries', view: 'all', status: 'undelivered', network: 'ok', byPhone: true, rows: 1203 },
    'выгрузка сообщений, Не доставлено, Одноклассники, по номеру телефона, строк: 1 203',
  ],
  [
    {
      what: 'deliveries',
      view: 'neverSent',
      byPhone: false,
      phonesShown: true,
      textsShown: true,
      isComplete: false,
    },
    'выгрузка сообщений, Не отправлены в срок, телефоны целиком, тексты сообщений, файл передан не полностью',
  ],
  [
    { what: 'refusedRows', mailingId: '65f000000000000000000001', rows: 2 },
    'неподходящие строки рассылки, строк: 2',
  ],
  [{ what: 'phoneTaken' }, 'номер перешёл к другому клиенту'],
  [{ reason: 'clientAsked', reference: '№ 7' }, 'Просьба клиента, № 7'],
])('says what %j was', (details, words) => {
  renderInDesk(<RegisterDetails details={details as never} />);
  expect(screen.getByText(`(${words})`)).toBeTruthy();
});

it('says nothing where there is nothing to say', () => {
  renderInDesk(<RegisterDetails details={{ view: 'all', isComplete: true }} />);
  expect(document.body.textContent).toBe('');
});
