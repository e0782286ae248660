/** One row of a file that somebody gave as a list of clients, and why a file is none. */

export interface ListRow {
  /** As a spreadsheet numbers it: blank rows count, the first is 1. */
  row: number;
  cells: string[];
}

export type Unreadable = 'listUnreadable' | 'listEncrypted' | 'listTooHeavy';

/** The file cannot be read as a list. */
export class UnreadableList extends Error {
  readonly code: Unreadable;

  constructor(
    message: string,
    { code = 'listUnreadable', cause }: { code?: Unreadable; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.code = code;
  }
}
