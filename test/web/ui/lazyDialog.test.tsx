// @vitest-environment jsdom
import { cleanup, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it } from 'vitest';
import { Dialog } from '../../../web/ui/Dialog.tsx';
import { lazyDialog } from '../../../web/ui/lazyDialog.tsx';
import { renderInDesk } from '../support/renderInDesk.tsx';

afterEach(cleanup);

it('a dialog whose files did not load shows an error, and loads on a second try', async () => {
  let isAway = true;
  const Lazy = lazyDialog<{ onClose: () => void }>([], async () => {
    if (isAway) throw new TypeError('Failed to fetch dynamically imported module');
    return ({ onClose }) => (
      <Dialog title="Телефон клиента" onClose={onClose}>
        {null}
      </Dialog>
    );
  });
  renderInDesk(<Lazy onClose={() => {}} />);
  expect((await screen.findByRole('alert')).textContent).toContain('Экран не загрузился');
  isAway = false;
  await userEvent.click(screen.getByRole('button', { name: 'Повторить' }));
  expect(await screen.findByRole('dialog', { name: 'Телефон клиента' })).toBeTruthy();
});
