// @vitest-environment jsdom
import { cleanup, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { createCalendar } from '../../../shared/calendar/workingTime.ts';
import type { Targets } from '../../../shared/schemas/workingTime.ts';
import { WaitingMark } from '../../../web/inbox/WaitingMark.tsx';
import { renderInDesk } from '../support/renderInDesk.tsx';
import { atMinute, sampleRow } from '../support/samples.ts';

afterEach(cleanup);

const calendar = createCalendar({ timeZone: 'UTC', days: null, holidays: [] });
const none: Targets = { firstAnswer: null, nextAnswer: null, resolution: null };

/** The mark of a client who has waited since minute 0, as it is drawn. */
function markAt(minute: number, targets: Targets, change = {}) {
  cleanup();
  renderInDesk(
    <WaitingMark
      conversation={sampleRow({ waitingSince: atMinute(0), ...change })}
      workingTime={{ calendar, targetsOf: () => targets }}
      now={new Date(atMinute(minute))}
    />,
  );
  const mark = screen.queryByText(/осталось|просрочен|ждёт/);
  return mark && [mark.textContent?.replace(/\s/g, ' '), mark.dataset.due];
}

it('shows what is left of the company’s target, turns before it is late, and then shows how late it is', () => {
  const targets = { ...none, firstAnswer: 40, nextAnswer: 5 };
  expect(markAt(10, targets)).toEqual(['осталось 30 мин', 'fine']);
  expect(markAt(32, targets)).toEqual(['осталось 8 мин', 'soon']);
  expect(markAt(45, targets)).toEqual(['просрочен на 5 мин', 'late']);
  expect(markAt(10, targets, { isCaseAnswered: true })).toEqual(['просрочен на 5 мин', 'late']);
});

it('shows how long the client has waited where there is no target, and nothing when nobody waits', () => {
  expect(markAt(20, none)).toEqual(['ждёт 20 мин', undefined]);
  expect(markAt(20, none, { waitingSince: null })).toBeNull();
});
