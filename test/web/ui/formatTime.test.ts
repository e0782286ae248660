import { describe, expect, it } from 'vitest';
import {
  daysAgo,
  duration,
  fileSize,
  listTime,
  momentNear,
  playingTime,
} from '../../../web/ui/formatTime.ts';

const now = new Date(2026, 4, 20, 15, 0);
const local = (day: number, hour = 12) => new Date(2026, 4, day, hour).toISOString();
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

describe('times in the list', () => {
  it('are the clock today, the weekday this week, and the date before that', () => {
    expect(listTime(local(20, 9), now, 'ru-RU')).toBe('09:00');
    expect(listTime(local(18), now, 'ru-RU')).toBe('пн');
    expect(plain(listTime(local(3), now, 'ru-RU'))).toBe('3 мая');
    expect(listTime(new Date(2025, 10, 3).toISOString(), now, 'ru-RU')).toBe('03.11.25');
    expect(listTime(local(3), now, 'en-GB')).toBe('3 May');
  });

  it('count midnights, not hours', () => {
    expect(daysAgo(new Date(2026, 4, 19, 23, 59), new Date(2026, 4, 20, 0, 1))).toBe(1);
    expect(daysAgo(new Date(2026, 4, 20, 0, 1), new Date(2026, 4, 20, 23, 59))).toBe(0);
  });
});

describe('durations and sizes', () => {
  it('are shown in the largest whole unit', () => {
    expect(plain(duration(20_000, 'ru-RU'))).toBe('1 мин');
    expect(plain(duration(5 * 60_000, 'ru-RU'))).toBe('5 мин');
    expect(plain(duration(119 * 60_000, 'ru-RU'))).toBe('1 ч');
    expect(plain(duration(50 * 3_600_000, 'en-GB'))).toBe('2 days');
  });

  it('grow in steps of 1024', () => {
    expect(plain(fileSize(0, 'ru-RU'))).toBe('0 Б');
    expect(plain(fileSize(1536, 'ru-RU'))).toBe('1,5 кБ');
    expect(plain(fileSize(50 * 1024 * 1024, 'en-GB'))).toBe('50 MB');
  });

  it('show a recording in minutes and seconds', () => {
    expect(playingTime(7)).toBe('0:07');
    expect(playingTime(134.4)).toBe('2:14');
  });
});

it('a near time shows its day only when that is not today', () => {
  expect(momentNear(local(20, 18), now, 'ru-RU')).toBe('18:00');
  expect(plain(momentNear(local(21, 9), now, 'ru-RU'))).toContain('21');
});
