import { describe, expect, it } from 'vitest';
import { type AreaFiles, areas } from '../../../web/i18n/areas.ts';
import { createI18n } from '../../../web/i18n/i18n.ts';

/** The real words, but English ones come only when `english` lets them. */
function heldFiles(english: () => Promise<void>): AreaFiles {
  const templates = {
    ru: areas.templates.ru,
    en: async () => {
      await english();
      return areas.templates.en();
    },
  };
  return { ...areas, templates };
}

describe('the words of a language', () => {
  it('are loaded by area, and a later language has the same areas', async () => {
    const i18n = await createI18n('ru');
    expect(i18n.has(['inbox'])).toBe(true);
    expect(i18n.has(['templates'])).toBe(false);
    await i18n.need(['templates']);
    expect(i18n.spoken().t('templates.add')).toBe('Новый шаблон');
    await i18n.setLanguage('en');
    expect(i18n.has(['templates'])).toBe(true);
    expect(i18n.spoken().t('templates.add')).toBe('New template');
  });

  it('are shown only once all of them have come', async () => {
    let letCome = () => {};
    const i18n = await createI18n(
      'ru',
      heldFiles(() => new Promise((resolve) => (letCome = resolve))),
    );
    await i18n.need(['templates']);
    const changed = i18n.setLanguage('en');
    expect(i18n.spoken().language).toBe('ru');
    letCome();
    await changed;
    expect(i18n.spoken().language).toBe('en');
  });

  it('stay as they are when another language cannot be loaded, and can be asked for again', async () => {
    let isAway = true;
    const i18n = await createI18n(
      'ru',
      heldFiles(async () => {
        if (isAway) throw new Error('no connection');
      }),
    );
    await i18n.need(['templates']);
    await expect(i18n.setLanguage('en')).rejects.toThrow('no connection');
    expect(i18n.spoken()).toMatchObject({ language: 'ru' });
    isAway = false;
    await i18n.setLanguage('en');
    expect(i18n.spoken()).toMatchObject({ language: 'en' });
  });

  it('are those of the later of two choices', async () => {
    const i18n = await createI18n('ru');
    await Promise.all([i18n.setLanguage('en'), i18n.setLanguage('ru')]);
    expect(i18n.spoken().language).toBe('ru');
  });
});
