/** Preferences of this browser: theme, language, Enter key, notifications and sound. Kept in local storage. */
import { z } from 'zod';
import { createStore, type Store } from '../ui/store.ts';

const schema = z.object({
  theme: z.enum(['system', 'light', 'dark']),
  language: z.enum(['ru', 'en']),
  enterSends: z.boolean(),
  /** Desktop notifications; the browser must permit them too. */
  notifies: z.boolean(),
  sounds: z.boolean(),
  /** Threads show changes of labels, and by whom and when everything was changed. */
  showsEvents: z.boolean(),
  /** In a queue, the next conversation opens when one is resolved, snoozed or set to wait for the client. */
  opensNext: z.boolean(),
});
export type Preferences = z.infer<typeof schema>;

const KEY = 'notify-inbox:preferences';

/** `languages` are the browser's, the preferred one first. */
export function createPreferences(
  storage: Pick<Storage, 'getItem' | 'setItem'>,
  languages: readonly string[],
): Store<Preferences> {
  const defaults: Preferences = {
    theme: 'system',
    language: languageFor(languages),
    enterSends: false,
    notifies: false,
    sounds: false,
    showsEvents: false,
    opensNext: true,
  };
  const store = createStore<Preferences>({ ...defaults, ...read(storage) });
  return {
    ...store,
    set: (next) => {
      store.set(next);
      try {
        storage.setItem(KEY, JSON.stringify(next));
      } catch {
        // A browser without storage keeps the choice until the tab closes.
      }
    },
  };
}

/** Russian, unless the browser asks for other languages only. */
function languageFor(languages: readonly string[]): Preferences['language'] {
  return languages.length === 0 || languages.some((language) => language.startsWith('ru')) ? 'ru' : 'en';
}

function read(storage: Pick<Storage, 'getItem'>): Partial<Preferences> {
  try {
    const checked = schema.partial().safeParse(JSON.parse(storage.getItem(KEY) ?? '{}'));
    return checked.success ? checked.data : {};
  } catch {
    return {};
  }
}
