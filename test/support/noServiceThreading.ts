import type { ServiceThreading } from '../../server/conversations/intake/serviceThreading.ts';

/** For threads without service messages. */
export const noServiceThreading: ServiceThreading = {
  isHidden: async () => false,
  recognise: async () => null,
  learn: async () => undefined,
  placeReply: async (conversation) => ({ conversation }),
  wasRead: async () => undefined,
};
