// @vitest-environment jsdom
import { cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { DateField } from '../../../web/ui/DateField.tsx';
import { renderInDesk } from '../support/renderInDesk.tsx';

afterEach(cleanup);

const field = () => screen.getByLabelText<HTMLInputElement>('День');
const drawn = (value: string, onChange: (day: string) => void) => (
  <label htmlFor="day">
    День
    <DateField id="day" value={value} onChange={onChange} />
  </label>
);

it('keeps a year that is being typed, and passes on the whole day, though the address changes later', () => {
  const passed: string[] = [];
  const { show } = renderInDesk(drawn('', (day) => passed.push(day)));
  // What a browser reports while 2026 is typed after the day and the month.
  for (const typed of ['0002-11-28', '0020-11-28', '0202-11-28', '2026-11-28']) {
    fireEvent.change(field(), { target: { value: typed } });
    expect(field().value).toBe(typed);
  }
  expect(passed).toEqual(['2026-11-28']);
  show(drawn('2026-11-28', (day) => passed.push(day)));
  expect(field().value).toBe('2026-11-28');
  // "Clear filters".
  show(drawn('', (day) => passed.push(day)));
  expect(field().value).toBe('');
});

it('shows the day of the address again when an unfinished one is left', () => {
  renderInDesk(drawn('2026-11-28', () => undefined));
  fireEvent.change(field(), { target: { value: '0002-11-28' } });
  fireEvent.blur(field());
  expect(field().value).toBe('2026-11-28');
});
