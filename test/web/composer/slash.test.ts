import { describe, expect, it } from 'vitest';
import { slashAt } from '../../../web/composer/slash.ts';

/** The caret is at `|`. */
const at = (marked: string) => slashAt(marked.replace('|', ''), marked.indexOf('|'));

describe('a slash asks for a canned answer', () => {
  it.each([
    ['/|', { start: 0, end: 1, query: '' }],
    ['/сроки дост|', { start: 0, end: 11, query: 'сроки дост' }],
    ['  /сроки|', { start: 2, end: 8, query: 'сроки' }],
    ['Здравствуйте!\n/сроки|', { start: 14, end: 20, query: 'сроки' }],
    ['/сроки|\nС уважением', { start: 0, end: 6, query: 'сроки' }],
    ['/сро|  ', { start: 0, end: 4, query: 'сро' }],
  ])('in %j', (marked, expected) => {
    expect(at(marked)).toEqual(expected);
  });

  it.each([
    'и/или|',
    'да /|',
    '|/',
    '//|',
    '/home/x|',
    '/сро|ки',
    'https:/|',
    '/сроки\n|',
    `/${'я'.repeat(61)}|`,
  ])('but not in %j', (marked) => {
    expect(at(marked)).toBeNull();
  });
});
