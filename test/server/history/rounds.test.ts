/** First answers and resolutions: what counts as an answer, and from when a client waits. */
import { describe, expect, it } from 'vitest';
import { noRound, type RoundMessage, stepRound } from '../../../server/history/rounds.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 12, minute));
const minutes = (count: number) => count * 60_000;
const message = (
  minute: number,
  kind: RoundMessage['kind'],
  rest: Partial<RoundMessage> = {},
): RoundMessage => ({
  kind,
  sentAt: at(minute),
  status: kind === 'reply' ? 'received' : kind === 'answer' ? 'sent' : 'stored',
  deletedAt: null,
  ...rest,
});
const reply = (minute: number) => message(minute, 'reply');
const answer = (minute: number, rest?: Partial<RoundMessage>) => message(minute, 'answer', rest);
const line = (minute: number, event: 'resolved' | 'reopened' | 'snoozed' | 'woken' | 'labelled') =>
  message(minute, 'system', { system: { event } });

/** What each message of a thread measured: its minute, and the minutes of a first answer or a resolution. */
function measured(thread: RoundMessage[]) {
  let round = noRound;
  return thread.flatMap((each) => {
    const step = stepRound(round, each);
    round = step.round;
    const { firstAnswerMs, resolutionMs } = step;
    if (firstAnswerMs === null && resolutionMs === null) return [];
    return [{ minute: each.sentAt.getUTCMinutes(), firstAnswerMs, resolutionMs }];
  });
}
const first = (minute: number, after: number) => ({
  minute,
  firstAnswerMs: minutes(after),
  resolutionMs: null,
});
const resolved = (minute: number, after: number) => ({
  minute,
  firstAnswerMs: null,
  resolutionMs: minutes(after),
});

describe('the first answer', () => {
  it('counts from the first of several messages, and only once', () =>
    expect(measured([reply(1), reply(4), answer(6), reply(7), answer(9)])).toEqual([first(6, 5)]));

  it('is no service message, note, line, failed answer or second copy of an answer', () =>
    expect(
      measured([
        reply(1),
        message(2, 'service'),
        message(3, 'note'),
        line(4, 'labelled'),
        answer(5, { status: 'failed' }),
        answer(6, { deletedAt: at(7) }),
        answer(8),
      ]),
    ).toEqual([first(8, 7)]));

  it('counts although its text was erased since', () =>
    expect(measured([reply(1), answer(3, { deletedAt: at(30), erasedAt: at(30) })])).toEqual([first(3, 2)]));

  it('is nothing to measure when the company writes first', () =>
    expect(measured([message(1, 'service'), answer(2), reply(5), answer(8)])).toEqual([first(8, 3)]));

  it('is never negative, although the network’s clock is behind', () =>
    expect(measured([reply(5), answer(4)])).toEqual([first(4, 0)]));
});

describe('a round', () => {
  it('begins anew with the client’s first message after a resolution', () =>
    expect(measured([reply(1), answer(2), line(10, 'resolved'), reply(20), reply(21), answer(25)])).toEqual([
      first(2, 1),
      resolved(10, 9),
      first(25, 5),
    ]));

  it('that was reopened by hand is not measured before the client writes', () =>
    expect(
      measured([
        reply(1),
        line(3, 'resolved'),
        line(5, 'reopened'),
        answer(6),
        line(7, 'resolved'),
        reply(30),
        answer(31),
      ]),
    ).toEqual([resolved(3, 2), first(31, 1)]));

  it('goes on through a snooze', () =>
    expect(
      measured([reply(1), line(2, 'snoozed'), line(8, 'woken'), answer(9), line(11, 'resolved')]),
    ).toEqual([first(9, 8), resolved(11, 10)]));
});
