// @vitest-environment jsdom
import { cleanup, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it } from 'vitest';
import { campaignView } from '../../../shared/schemas/campaign.ts';
import { StateButtons } from '../../../web/campaigns/StateButtons.tsx';
import { renderInDesk } from '../support/renderInDesk.tsx';
import { startDeskStandIn } from '../support/startDeskStandIn.ts';

afterEach(cleanup);

const verdicts = (rows: number) => ({ rows, fit: rows, refused: [] });
const failed = campaignView.parse({
  id: 'a'.repeat(24),
  fileName: 'клиенты.csv',
  state: 'failed',
  headers: ['Телефон'],
  head: null,
  rows: 12,
  guessedPhoneColumn: 0,
  columns: { template: 'orderReady', phoneColumn: 0, variables: {} },
  checked: verdicts(12),
  taken: verdicts(5),
  statuses: {},
  perSecond: null,
  startAt: null,
  failure: { code: 'rowsUnreadable', at: '2026-11-01T10:00:00.000Z' },
  createdAt: '2026-11-01T09:00:00.000Z',
  createdBy: 'Мария',
});

describe('a campaign that an error has stopped', () => {
  it('can be resumed, and says when it was not', async () => {
    await using standIn = await startDeskStandIn();
    standIn.answer = () => ({ status: 409, json: { error: { code: 'mailingNotNow', message: 'no' } } });
    renderInDesk(<StateButtons campaign={failed} />);
    const user = userEvent.setup();
    await user.click(screen.getByRole('button', { name: 'Продолжить' }));
    await screen.findByRole('alert');
    // A query of an earlier test may come late: only what this button asks for counts.
    const [asked] = standIn.requests.filter(({ method }) => method === 'POST');
    expect(asked).toMatchObject({ body: { move: 'resume' } });
    expect(screen.queryByRole('button', { name: 'Приостановить' })).toBeNull();
  });

  it('is cancelled only after a question that says that some messages went out already', async () => {
    await using standIn = await startDeskStandIn();
    standIn.answer = () => ({ status: 200, json: { ...failed, state: 'cancelling', failure: null } });
    renderInDesk(<StateButtons campaign={failed} />);
    const user = userEvent.setup();
    await user.click(screen.getByRole('button', { name: 'Отменить' }));
    const dialog = screen.getByRole('dialog');
    expect(standIn.requests).toEqual([]);
    await user.click(within(dialog).getByRole('button', { name: 'Отменить рассылку' }));
    await waitFor(() => expect(standIn.requests.at(-1)).toMatchObject({ body: { move: 'cancel' } }));
  });
});
