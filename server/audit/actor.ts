/**
 * The person who does something, as the audit and the access register name them. It owns no data: people are in `auth`.
 * Where the desk itself may act, a function accepts `Actor | null` and writes `DESK_NAME`.
 */
export interface Actor {
  id: string;
  name: string;
}

export const DESK_NAME = 'Notify Inbox';
