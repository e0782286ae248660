/** The events that the desk asks OK for. */
export const okEventTypes = ['MESSAGE_CREATED', 'MESSAGE_CALLBACK', 'CHAT_SYSTEM'] as const;
export type OkEventTypeName = (typeof okEventTypes)[number];
