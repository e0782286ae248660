/** What English must have of the Russian words: the same keys, but for the plural forms that English has not. */
export type InEnglish<Words> = Record<Exclude<keyof Words, `${string}_few` | `${string}_many`>, string>;
