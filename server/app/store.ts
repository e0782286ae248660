/** Opens the store, embedded or given, and builds the indexes of every collection: a new model gets its line here. */
import type { Connection, Types } from 'mongoose';
import { apiKeyModel } from '../apiKeys/apiKey.model.ts';
import { auditModel } from '../audit/audit.ts';
import { auditIntentModel } from '../audit/intents.ts';
import { campaignModels } from '../campaigns/campaign.model.ts';
import { cannedAnswerModels } from '../cannedAnswers/cannedAnswer.model.ts';
import { callBudgetModel } from '../channels/budget/callBudget.model.ts';
import { uploadedImageModel } from '../channels/images/uploadedImage.model.ts';
import { clientModel } from '../clients/client.model.ts';
import { phoneReportModel } from '../clients/phoneReport.model.ts';
import { communityModel } from '../communities/community.model.ts';
import { blockedPhoneModel } from '../companies/blockedPhone.model.ts';
import { companyModel, openCompany } from '../companies/company.model.ts';
import { conversationModel } from '../conversations/conversation.model.ts';
import { draftModel } from '../conversations/drafts/draft.model.ts';
import { erasedDialogueModel } from '../conversations/intake/erasedDialogues.ts';
import { messageModel } from '../conversations/message.model.ts';
import { ratingModels } from '../conversations/rating/rating.model.ts';
import { readMarkModel } from '../conversations/thread/readMark.model.ts';
import { deadLetterModel } from '../deadLetters/deadLetter.model.ts';
import { deliveryCountModels } from '../deliveryReports/deliveryCounts.model.ts';
import { figureModels } from '../figures/figures.model.ts';
import { keyModels } from '../keys/keys.model.ts';
import type { Logger } from '../observability/logger.ts';
import { personalDataModels } from '../personalData/models.ts';
import { qualityModels } from '../quality/quality.model.ts';
import { presenceModel } from '../realtime/presenceExchange.ts';
import { relayModels } from '../realtime/relay.ts';
import { sampleMonthModel } from '../sample/sampleMonth.model.ts';
import { searchStateModels } from '../search/searchState.model.ts';
import { segmentModels } from '../search/segments/segment.model.ts';
import { quotaModel } from '../serviceMessages/quota/quota.model.ts';
import { sendRateModel } from '../serviceMessages/sending/rates.ts';
import { serviceMessageModel } from '../serviceMessages/serviceMessage.model.ts';
import { openTransitionsModel } from '../serviceMessages/statuses/openTransitions.model.ts';
import { statusNoticesModel } from '../statusWebhooks/statusNotices.model.ts';
import { buildIndexes, connectDatabase } from '../storage/database.ts';
import { followDatabaseClock } from '../storage/databaseClock.ts';
import { openEmbeddedStore } from '../storage/embedded/open.ts';
import { migrateDatabase } from '../storage/migrations/migrateDatabase.ts';
import { dropOldIndexes } from '../storage/oldIndexes.ts';
import { openFileModel } from '../storage/openFiles.model.ts';
import { templateModel, templateVersionModel } from '../templates/template.model.ts';
import { transcriptModels } from '../transcripts/transcript.model.ts';
import { createUploadStore } from '../uploads/uploadStore.ts';
import type { Closing } from './closing.ts';
import type { Config } from './config.ts';

type Models = ReturnType<typeof modelsOf>;

export interface Store extends Models {
  connection: Connection;
  db: ReturnType<typeof databaseOf>;
  uploads: ReturnType<typeof createUploadStore>;
  /** The one company that this desk serves. */
  companyId: Types.ObjectId;
}

/**
 * Connects, goes by the database's clock from then on, and writes nothing yet.
 * @param onStoreEnded called when the embedded store ends by itself
 */
export async function connectStore(
  config: Config,
  {
    logger,
    closing,
    onStoreEnded,
  }: { logger: Logger; closing: Closing; onStoreEnded?: (() => void) | undefined },
): Promise<Connection> {
  const { dataDir } = config;
  const embedded = config.mongodbUri
    ? null
    : await openEmbeddedStore({ dataDir, logger, onEnded: onStoreEnded });
  if (embedded) closing.add(() => embedded.close());
  const connection = await connectDatabase(config.mongodbUri ?? embedded?.uri ?? '', {
    isElsewhere: embedded === null,
  });
  closing.add(() => connection.close());
  if (!embedded) {
    // Another machine's clock decides what is due: known before the first lease is claimed or judged.
    const ask = (command: { hello: 1 }) => connection.getClient().db('admin').command(command);
    const clock = await followDatabaseClock({ ask, logger });
    closing.add(() => clock.stop());
  }
  return connection;
}

/** @param options.isShared false where no other process can use the database: an embedded store in this process. */
export async function openStore(
  connection: Connection,
  options: { isShared: boolean; logger: Logger },
): Promise<Store> {
  await migrateDatabase(databaseOf(connection), options);
  const models = modelsOf(connection);
  const uploads = createUploadStore(connection);
  await buildIndexes([
    ...Object.values(models),
    ...Object.values(relayModels(connection)),
    presenceModel(connection),
  ] as never);
  await uploads.buildIndexes();
  await dropOldIndexes(databaseOf(connection));
  const { _id: companyId } = await openCompany(models.companies);
  return { ...models, connection, db: databaseOf(connection), uploads, companyId };
}

function modelsOf(connection: Connection) {
  return {
    templates: templateModel(connection),
    templateVersions: templateVersionModel(connection),
    companies: companyModel(connection),
    blockedPhones: blockedPhoneModel(connection),
    communities: communityModel(connection),
    clients: clientModel(connection),
    phoneReports: phoneReportModel(connection),
    conversations: conversationModel(connection),
    erasedDialogues: erasedDialogueModel(connection),
    messages: messageModel(connection),
    readMarks: readMarkModel(connection),
    drafts: draftModel(connection),
    ...ratingModels(connection),
    deadLetters: deadLetterModel(connection),
    apiKeys: apiKeyModel(connection),
    statusNotices: statusNoticesModel(connection),
    auditLines: auditModel(connection),
    auditIntents: auditIntentModel(connection),
    serviceMessages: serviceMessageModel(connection),
    quota: quotaModel(connection),
    sendRates: sendRateModel(connection),
    callBudgets: callBudgetModel(connection),
    uploadedImages: uploadedImageModel(connection),
    openTransitions: openTransitionsModel(connection),
    openFiles: openFileModel(connection),
    ...campaignModels(connection),
    ...deliveryCountModels(connection),
    ...personalDataModels(connection),
    ...keyModels(connection),
    ...searchStateModels(connection),
    ...segmentModels(connection),
    ...transcriptModels(connection),
    ...figureModels(connection),
    sampleMonths: sampleMonthModel(connection),
    ...qualityModels(connection),
    ...cannedAnswerModels(connection),
  };
}

/** The raw driver database, for the sign-in library and collections without a model. */
function databaseOf(connection: Connection) {
  return connection.getClient().db(connection.name);
}
