/**
 * Every place of the store that holds sealed text, and the purpose of each text. A new place needs a line here, or
 * its key can never be retired.
 */
import type { Model } from 'mongoose';
import { type ApiKey, sealedAs } from '../apiKeys/apiKey.model.ts';
import type { Campaign, CampaignBlock } from '../campaigns/campaign.model.ts';
import { headersPurpose } from '../campaigns/head.ts';
import { campaignRowsPurpose } from '../campaigns/importList.ts';
import type { Client } from '../clients/client.model.ts';
import type { Community } from '../communities/community.model.ts';
import { secretPurposes } from '../communities/secrets.ts';
import type { BlockedPhone } from '../companies/blockedPhone.model.ts';
import { blockedPhonePurpose } from '../companies/blockList.ts';
import { type DeadLetter, deadLetterPurpose } from '../deadLetters/deadLetter.model.ts';
import { erasurePhonePurpose } from '../personalData/eraseClientRow.ts';
import type { Erasure } from '../personalData/erasure.model.ts';
import { clientPhonePurposes } from '../phones/clientPhones.ts';
import { servicePhonePurpose } from '../phones/servicePhones.ts';
import type { ServiceMessage } from '../serviceMessages/serviceMessage.model.ts';
import { searchPurpose, type Transcript } from '../transcripts/transcript.model.ts';

export interface SealedText {
  /** The path for an update, such as `secrets.0.sealed`. */
  path: string;
  sealed: string;
  /** The first is the current purpose; the others date from before texts were bound to their document. */
  purposes: [string, ...string[]];
}

export interface SealedPlace {
  /** The collection's name. */
  name: string;
  model: Model<never>;
  /** The fields to read. */
  fields: Record<string, 1>;
  /** Documents per step. */
  atOnce: number;
  textsIn(row: never): SealedText[];
}

export interface SealedModels {
  communities: Model<Community>;
  apiKeys: Model<ApiKey>;
  clients: Model<Client>;
  blockedPhones: Model<BlockedPhone>;
  erasures: Model<Erasure>;
  serviceMessages: Model<ServiceMessage>;
  campaigns: Model<Campaign>;
  campaignRows: Model<CampaignBlock>;
  deadLetters: Model<DeadLetter>;
  transcripts: Model<Transcript>;
}

const ROWS_AT_ONCE = 500;
/** A block of a list is some hundred kilobytes, and may be two megabytes. */
const BLOCKS_AT_ONCE = 5;
/** The raw text of an event may be some hundred kilobytes. */
const LETTERS_AT_ONCE = 25;

export function sealedPlaces(models: SealedModels): SealedPlace[] {
  return [
    place(
      models.communities,
      ['network', 'externalId', 'tokenSealed', 'webhookSecretSealed', 'notify'],
      (row) => [
        text('tokenSealed', row.tokenSealed, secretPurposes('token', row)),
        text('webhookSecretSealed', row.webhookSecretSealed, secretPurposes('webhookSecret', row)),
        text(
          'notify.credentialsSealed',
          row.notify?.credentialsSealed,
          secretPurposes('notifyCredentials', row),
        ),
        text(
          'notify.statusSecretSealed',
          row.notify?.statusSecretSealed,
          secretPurposes('notifyStatusSecret', row),
        ),
      ],
    ),
    place(models.apiKeys, ['consumerKey', 'secrets', 'webhookSecretSealed'], (row) => [
      ...row.secrets.map(({ sealed }, at) =>
        text(`secrets.${at}.sealed`, sealed, [sealedAs.consumerSecret(row.consumerKey)]),
      ),
      text('webhookSecretSealed', row.webhookSecretSealed, [sealedAs.webhookSecret(row.consumerKey)]),
    ]),
    place(models.clients, ['phoneSealed', 'takeover'], (row) => [
      text('phoneSealed', row.phoneSealed, clientPhonePurposes(row._id)),
      text('takeover.phone.sealed', row.takeover?.phone?.sealed, clientPhonePurposes(row._id)),
    ]),
    place(models.blockedPhones, ['phoneSealed'], (row) => [
      text('phoneSealed', row.phoneSealed, [blockedPhonePurpose(row._id)]),
    ]),
    place(models.erasures, ['phoneSealed'], (row) => [
      text('phoneSealed', row.phoneSealed, [erasurePhonePurpose(row._id)]),
    ]),
    place(models.serviceMessages, ['phoneSealed'], (row) => [
      text('phoneSealed', row.phoneSealed, [servicePhonePurpose(row._id)]),
    ]),
    place(models.campaigns, ['headersSealed'], (row) => [
      text('headersSealed', row.headersSealed, [headersPurpose(row._id)]),
    ]),
    place(models.transcripts, ['searchSealed'], (row) => [
      text('searchSealed', row.searchSealed, [searchPurpose(row._id)]),
    ]),
    place(
      models.deadLetters,
      ['rawSealed'],
      (row) => [text('rawSealed', row.rawSealed, [deadLetterPurpose(row._id)])],
      LETTERS_AT_ONCE,
    ),
    place(
      models.campaignRows,
      ['sealed'],
      (row) => [text('sealed', row.sealed, [campaignRowsPurpose(row._id)])],
      BLOCKS_AT_ONCE,
    ),
  ];
}

function place<Row>(
  model: Model<Row>,
  fields: (keyof Row & string)[],
  textsIn: (row: Row) => (SealedText | null)[],
  atOnce = ROWS_AT_ONCE,
): SealedPlace {
  return {
    name: model.collection.collectionName,
    model: model as unknown as Model<never>,
    fields: Object.fromEntries(fields.map((field) => [field, 1 as const])),
    atOnce,
    textsIn: (row) => textsIn(row).filter((each) => each !== null),
  };
}

function text(
  path: string,
  sealed: string | null | undefined,
  purposes: SealedText['purposes'],
): SealedText | null {
  return sealed == null ? null : { path, sealed, purposes };
}
