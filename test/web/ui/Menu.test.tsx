// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it } from 'vitest';
import { Menu } from '../../../web/ui/Menu.tsx';

afterEach(cleanup);

function draw() {
  const chosen: string[] = [];
  const item = (key: string, isChecked?: boolean) => ({
    key,
    label: key,
    onChoose: () => chosen.push(key),
    ...(isChecked === undefined ? {} : { isChecked }),
  });
  render(
    <Menu label="Status" items={[item('open', true), item('pending', false), item('resolve')]}>
      …
    </Menu>,
  );
  return { chosen, button: screen.getByRole('button', { name: 'Status' }) };
}

describe('a menu', () => {
  it('focuses its first action on opening, and arrows, Home and End move in a circle', async () => {
    const user = userEvent.setup();
    const { button } = draw();
    await user.click(button);
    expect(screen.getByRole('menu', { name: 'Status' })).toBeTruthy();
    const [open, pending, resolve] = [...document.querySelectorAll('[role^=menuitem]')];
    const keys = ['{ArrowDown}', '{ArrowUp}', '{ArrowUp}', '{ArrowDown}', '{End}', '{Home}'];
    const focused = [document.activeElement];
    for (const key of keys) {
      await user.keyboard(key);
      focused.push(document.activeElement);
    }
    expect(focused).toEqual([open, pending, open, resolve, open, resolve, open]);
  });

  it('marks which of several states is chosen', async () => {
    const { button } = draw();
    await userEvent.click(button);
    const states = screen.getAllByRole('menuitemradio');
    expect(states.map((state) => state.getAttribute('aria-checked'))).toEqual(['true', 'false']);
    expect(screen.getAllByRole('menuitem')).toHaveLength(1);
  });

  it('chooses by Enter and returns the focus to its button', async () => {
    const user = userEvent.setup();
    const { button, chosen } = draw();
    await user.click(button);
    await user.keyboard('{ArrowDown}{Enter}');
    expect(chosen).toEqual(['pending']);
    expect(screen.queryByRole('menu')).toBeNull();
    expect(document.activeElement).toBe(button);
  });

  it('closes by Escape without choosing', async () => {
    const user = userEvent.setup();
    const { button, chosen } = draw();
    await user.click(button);
    await user.keyboard('{Escape}');
    expect(chosen).toEqual([]);
    expect(screen.queryByRole('menu')).toBeNull();
    expect(document.activeElement).toBe(button);
  });
});
