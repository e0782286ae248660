/** The English texts must have the same keys as the Russian ones, except plural forms that English does not have. */
export type InEnglish<Texts> = Record<Exclude<keyof Texts, `${string}_few` | `${string}_many`>, string>;
