/** The event types that the desk subscribes to. */
export const okEventTypes = ['MESSAGE_CREATED', 'MESSAGE_CALLBACK', 'CHAT_SYSTEM'] as const;
export type OkEventTypeName = (typeof okEventTypes)[number];
