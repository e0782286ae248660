/**
 * Exports everything stored about one client as JSON. It is streamed: memory holds one document at a time. Sealed
 * values are opened; internal ids that say nothing about the client are left out.
 */

import type { Model, Types } from 'mongoose';
import type { StoredRegisterLine } from '../accessRegister/register.model.ts';
import type { AuditLine } from '../audit/audit.ts';
import type { CampaignModels } from '../campaigns/campaign.model.ts';
import { rowsOfPhone } from '../campaigns/eraseRows.ts';
import type { Client } from '../clients/client.model.ts';
import type { PhoneReport } from '../clients/phoneReport.model.ts';
import type { BlockedPhone } from '../companies/blockedPhone.model.ts';
import type { Conversation } from '../conversations/conversation.model.ts';
import type { Message } from '../conversations/message.model.ts';
import type { DeadLetter } from '../deadLetters/deadLetter.model.ts';
import { deadLettersOf } from '../deadLetters/lettersOfClient.ts';
import { openClientPhone } from '../phones/clientPhones.ts';
import type { Review } from '../quality/quality.model.ts';
import type { ServiceMessage } from '../serviceMessages/serviceMessage.model.ts';
import type { Sealing } from '../storage/sealing.ts';
import { currentTime } from '../work/clock.ts';
import { blockOf, clientOf, messageOf, phoneReportOf, serviceMessageOf } from './exportedDocuments.ts';

export interface ExportDeps extends Pick<CampaignModels, 'campaigns' | 'campaignRows'> {
  companyId: Types.ObjectId;
  clients: Model<Client>;
  conversations: Model<Conversation>;
  messages: Model<Message>;
  serviceMessages: Model<ServiceMessage>;
  blockedPhones: Model<BlockedPhone>;
  phoneReports: Model<PhoneReport>;
  deadLetters: Model<DeadLetter>;
  register: Model<StoredRegisterLine>;
  auditLines: Model<AuditLine>;
  reviews: Model<Review>;
  sealing: Sealing;
}

const BATCH = 100;

/** Yields one JSON document in pieces. */
export async function* exportClient(deps: ExportDeps, client: Client): AsyncGenerator<string> {
  const { companyId, sealing } = deps;
  const { _id, phoneSealed, phoneIndex } = client;
  const phone = phoneSealed === null ? null : openClientPhone(sealing, _id, phoneSealed);
  yield `{"exportedAt":${JSON.stringify(currentTime())},\n"client":${JSON.stringify(clientOf(client, phone))}`;
  yield* list('conversations', conversations(deps, _id));
  yield* list(
    'serviceMessages',
    phoneIndex === undefined
      ? none()
      : mapped(
          deps.serviceMessages
            .find({ companyId, phoneIndex })
            .sort({ acceptedAt: -1, _id: -1 })
            .batchSize(BATCH)
            .lean<ServiceMessage[]>()
            .cursor(),
          serviceMessageOf,
        ),
  );
  yield* list(
    'blocks',
    phoneIndex === undefined
      ? none()
      : mapped(deps.blockedPhones.find({ companyId, phoneIndex }).lean<BlockedPhone[]>().cursor(), blockOf),
  );
  yield* list(
    'phoneReports',
    phoneIndex === undefined
      ? none()
      : mapped(
          deps.phoneReports.find({ companyId, phoneIndex }).lean<PhoneReport[]>().cursor(),
          phoneReportOf,
        ),
  );
  yield* list(
    'mailingRows',
    phone === null
      ? none()
      : mapped(rowsOfPhone(deps, phone), ({ mailingId: campaignId, row, cells }) => ({
          mailingId: campaignId.toHexString(),
          row,
          cells,
        })),
  );
  yield* list(
    'deadLetters',
    mapped(deadLettersOf(deps, client.bonds), (letter) => letter),
  );
  yield* list(
    'register',
    mapped(
      deps.register
        .find({ companyId, clientId: _id })
        .sort({ at: -1, _id: -1 })
        .batchSize(BATCH)
        .lean<StoredRegisterLine[]>()
        .cursor(),
      ({ at, action, personName, seen, details }) => ({ at, action, by: personName, seen, details }),
    ),
  );
  yield* list(
    'audit',
    mapped(
      deps.auditLines
        .find({ companyId, 'subject.id': _id.toHexString() })
        .sort({ at: -1, _id: -1 })
        .batchSize(BATCH)
        .lean<AuditLine[]>()
        .cursor(),
      ({ at, action, personName, details }) => ({ at, action, by: personName, details }),
    ),
  );
  yield '\n}\n';
}

async function* conversations(deps: ExportDeps, clientId: Types.ObjectId): AsyncGenerator<string> {
  const documents = deps.conversations
    .find({ clientId })
    .sort({ lastActivityAt: -1 })
    .batchSize(BATCH)
    .lean<Conversation[]>()
    .cursor();
  for await (const conversation of documents) {
    const { network, peerId, status, labels, createdAt, lastActivityAt, communityId } = conversation;
    const about = JSON.stringify({
      communityId: communityId.toHexString(),
      network,
      peerId,
      status,
      labels,
      createdAt,
      lastActivityAt,
    });
    const comments = await deps.reviews
      .find({ conversationId: conversation._id, comment: { $gt: '' } })
      .sort({ createdAt: 1 })
      .lean<Review[]>();
    const reviews = JSON.stringify(
      comments.map(({ createdAt, authorName, comment }) => ({ at: createdAt, by: authorName, comment })),
    );
    yield `${about.slice(0, -1)},"reviews":${reviews},"messages":[`;
    const messages = deps.messages
      .find({ conversationId: conversation._id })
      .sort({ seq: 1 })
      .batchSize(BATCH)
      .lean<Message[]>()
      .cursor();
    let isFirst = true;
    for await (const message of messages) {
      yield `${isFirst ? '\n' : ',\n'}${JSON.stringify(messageOf(message))}`;
      isFirst = false;
    }
    yield ']}';
  }
}

/** An element may come in several pieces (a conversation with its messages); commas go only between elements. */
async function* list(name: string, elements: AsyncIterable<string>): AsyncGenerator<string> {
  yield `,\n"${name}":[`;
  let depth = 0;
  let isFirst = true;
  for await (const piece of elements) {
    if (depth === 0) {
      yield isFirst ? '\n' : ',\n';
      isFirst = false;
    }
    depth += piece.endsWith('"messages":[') ? 1 : 0;
    depth -= piece === ']}' ? 1 : 0;
    yield piece;
  }
  yield ']';
}

async function* mapped<T>(found: AsyncIterable<T>, toPlain: (each: T) => object): AsyncGenerator<string> {
  for await (const each of found) yield JSON.stringify(toPlain(each));
}

async function* none(): AsyncGenerator<string> {}
