import { describe, expect, it } from 'vitest';
import { type AreaFiles, areas } from '../../../web/i18n/areas.ts';
import { createI18n } from '../../../web/i18n/i18n.ts';

/** The real texts, but English ones load only when `english` resolves. */
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

describe('the texts of a language', () => {
  it('are loaded per area, and a later language loads the same areas', async () => {
    const i18n = await createI18n('ru');
    expect(i18n.has(['inbox'])).toBe(true);
    expect(i18n.has(['templates'])).toBe(false);
    await i18n.need(['templates']);
    expect(i18n.current().t('templates.add')).toBe('Новый шаблон');
    await i18n.setLanguage('en');
    expect(i18n.has(['templates'])).toBe(true);
    expect(i18n.current().t('templates.add')).toBe('New template');
  });

  it('are shown only when all of them are loaded', async () => {
    let letCome = () => {};
    const i18n = await createI18n(
      'ru',
      heldFiles(() => new Promise((resolve) => (letCome = resolve))),
    );
    await i18n.need(['templates']);
    const changed = i18n.setLanguage('en');
    expect(i18n.current().language).toBe('ru');
    letCome();
    await changed;
    expect(i18n.current().language).toBe('en');
  });

  it('stay as they are when another language cannot be loaded, which can be retried', async () => {
    let isAway = true;
    const i18n = await createI18n(
      'ru',
      heldFiles(async () => {
        if (isAway) throw new Error('no connection');
      }),
    );
    await i18n.need(['templates']);
    await expect(i18n.setLanguage('en')).rejects.toThrow('no connection');
    expect(i18n.current()).toMatchObject({ language: 'ru' });
    isAway = false;
    await i18n.setLanguage('en');
    expect(i18n.current()).toMatchObject({ language: 'en' });
  });

  it('follow the later of two choices', async () => {
    const i18n = await createI18n('ru');
    await Promise.all([i18n.setLanguage('en'), i18n.setLanguage('ru')]);
    expect(i18n.current().language).toBe('ru');
  });
});
