/** The form of each document in a client's export: the client's data, without the desk's own ids and leases. */
import type { Client } from '../clients/client.model.ts';
import type { PhoneReport } from '../clients/phoneReport.model.ts';
import type { BlockedPhone } from '../companies/blockedPhone.model.ts';
import type { Message } from '../conversations/message.model.ts';
import type { ServiceMessage } from '../serviceMessages/serviceMessage.model.ts';

export function clientOf(client: Client, phone: string | null) {
  const {
    _id,
    name,
    avatarSourceUrl,
    bonds,
    phoneBond,
    phoneConfirmedAt,
    locale,
    firstSeenAt,
    profileReadAt,
  } = client;
  return {
    id: _id.toHexString(),
    name,
    phone,
    phoneKnownBy: phoneBond ?? null,
    phoneConfirmedAt,
    avatarUrl: avatarSourceUrl,
    bonds: bonds.map(({ network, externalUserId, bondedAt, mergedName }) => ({
      network,
      externalUserId,
      bondedAt,
      ...(mergedName !== undefined && { mergedName }),
    })),
    locale,
    firstSeenAt,
    profileReadAt,
  };
}

export function messageOf(message: Message) {
  const { _id, seq, kind, direction, authorType, authorName, text, attachments, forwarded, replyTo } =
    message;
  const { payload, status, statusHistory, reactions, system, service, sentAt, editedAt, deletedAt } = message;
  return {
    seq,
    kind,
    direction,
    authorType,
    authorName,
    text,
    // Agents' files are downloaded from the desk; clients' files keep their address in the network.
    attachments: attachments.map((attachment, at) => ({
      ...attachment,
      ...(attachment.sourceUrl?.startsWith('upload:')
        ? { sourceUrl: `/media/messages/${_id.toHexString()}/${at}`, previewSourceUrl: undefined }
        : {}),
    })),
    forwarded,
    replyTo: replyTo && { authorName: replyTo.authorName, text: replyTo.text },
    payload,
    status,
    statusHistory,
    reactions,
    system: system && {
      event: system.event,
      personName: system.personName,
      mark: system.mark,
      ...(system.labels && { labels: system.labels }),
    },
    service,
    sentAt,
    editedAt,
    deletedAt,
  };
}

export function serviceMessageOf(message: ServiceMessage) {
  const { _id, clientMessageId, callbackData, templateName, templateVersion, variables, text } = message;
  const { buttons, direction, tries, acceptedAt, sendAt, expiresAt, status, history, endCode } = message;
  return {
    id: _id.toHexString(),
    clientMessageId,
    callbackData,
    templateName,
    templateVersion,
    variables,
    text,
    buttons,
    direction,
    tries: tries.map(({ network, startedAt, externalId }) => ({ network, startedAt, externalId })),
    acceptedAt,
    sendAt,
    expiresAt,
    status,
    history,
    endCode,
  };
}

/** Why the company does not write to the phone. */
export function blockOf({ reason, addedAt, addedBy }: BlockedPhone) {
  return { reason, addedAt, by: addedBy.name };
}

export function phoneReportOf({ network, said, at }: PhoneReport) {
  return { network, said, at };
}
