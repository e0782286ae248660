/** One row of an uploaded list of clients, and why a file cannot be read as a list. */

export interface ListRow {
  /** The number that a spreadsheet shows: from 1, blank rows included. */
  row: number;
  cells: string[];
}

export type Unreadable = 'listUnreadable' | 'listEncodingUnknown' | 'listEncrypted' | 'listTooHeavy';

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
