/** The events that the desk reads, by their names in VK's settings of long poll and callback servers. */
const deskEvents = [
  'message_new',
  'message_reply',
  'message_edit',
  'message_read',
  'message_typing_state',
  'message_allow',
  'message_deny',
  'message_event',
  'message_reaction_event',
] as const;

/** In the form that groups.setLongPollSettings and groups.setCallbackSettings accept. */
export const deskEventSettings: Record<string, 1> = Object.fromEntries(deskEvents.map((type) => [type, 1]));
