// @vitest-environment jsdom
/** The text of a register line: never a raw code, an id or a machine-readable time. */
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
])('labels %j', (details, label) => {
  renderInDesk(<RegisterDetails details={details as never} />);
  expect(screen.getByText(`(${label})`)).toBeTruthy();
});

it('shows nothing for a line without details', () => {
  renderInDesk(<RegisterDetails details={{ view: 'all', isComplete: true }} />);
  expect(document.body.textContent).toBe('');
});
