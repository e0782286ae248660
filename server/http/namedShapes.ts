/**
 * Shapes that the API's descriptions define once, by name, and refer to; a generated client gets a type of that name.
 * Other shapes are written out where they are used.
 */
import { z } from 'zod';
import { apiKeyView } from '../../shared/schemas/apiKey.ts';
import { campaignView } from '../../shared/schemas/campaign.ts';
import { clientView } from '../../shared/schemas/client.ts';
import { conversationRow } from '../../shared/schemas/conversation.ts';
import { attachmentView, forwardedView, messageView } from '../../shared/schemas/message.ts';
import { templateVersion, templateView } from '../../shared/schemas/template.ts';
import { acceptedAnswer, messageAnswer, v1ErrorDetail } from '../../shared/v1/messages.ts';

const namedShapes: Record<string, z.ZodType> = {
  AcceptedMessage: acceptedAnswer,
  ApiKey: apiKeyView,
  Attachment: attachmentView,
  Client: clientView,
  Conversation: conversationRow,
  ForwardedMessage: forwardedView,
  Mailing: campaignView,
  Message: messageView,
  Refusal: v1ErrorDetail,
  ServiceMessage: messageAnswer,
  Template: templateView,
  TemplateVersion: templateVersion,
};

/** Zod takes the names from its own registry. Safe to repeat. */
export function nameShapes(): void {
  for (const [id, shape] of Object.entries(namedShapes))
    z.globalRegistry.add(shape, { ...z.globalRegistry.get(shape), id });
}
