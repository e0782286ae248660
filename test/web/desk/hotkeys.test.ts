import { describe, expect, it } from 'vitest';
import { createKeyReader, PAIR_WAIT_MS } from '../../../web/desk/hotkeys.ts';

const press = (key: string, code: string, change = {}) => ({
  key,
  code,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...change,
});
const names = ['j', '/', '?', 'e', 'escape', 'g i'];

describe('keys', () => {
  it('are identified by their place, so that a Russian layout has the same keys', () => {
    const reader = createKeyReader();
    expect(reader.read(press('j', 'KeyJ'), 0, names)).toBe('j');
    expect(reader.read(press('о', 'KeyJ'), 0, names)).toBe('j');
    expect(reader.read(press('.', 'Slash'), 0, names)).toBe('/');
    expect(reader.read(press('Escape', 'Escape'), 0, names)).toBe('escape');
    expect(reader.read(press('?', 'Digit7'), 0, names)).toBe('?');
  });

  it('with Ctrl, Alt or Cmd belong to the browser', () => {
    const reader = createKeyReader();
    expect(reader.read(press('e', 'KeyE', { ctrlKey: true }), 0, names)).toBeNull();
    expect(reader.read(press('j', 'KeyJ', { metaKey: true }), 0, names)).toBeNull();
  });

  it('make a pair when the second key follows soon', () => {
    const reader = createKeyReader();
    expect(reader.read(press('g', 'KeyG'), 0, names)).toBeNull();
    expect(reader.read(press('i', 'KeyI'), PAIR_WAIT_MS, names)).toBe('g i');
    reader.read(press('g', 'KeyG'), 2_000, names);
    expect(reader.read(press('i', 'KeyI'), 2_001 + PAIR_WAIT_MS, names)).toBeNull();
  });
});
