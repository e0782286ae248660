/** The collections with sealed text, for tests that seal and open as the desk does. */
import type { Connection } from 'mongoose';
import { apiKeyModel } from '../../server/apiKeys/apiKey.model.ts';
import { campaignModels } from '../../server/campaigns/campaign.model.ts';
import { clientModel } from '../../server/clients/client.model.ts';
import { communityModel } from '../../server/communities/community.model.ts';
import { blockedPhoneModel } from '../../server/companies/blockedPhone.model.ts';
import { deadLetterModel } from '../../server/deadLetters/deadLetter.model.ts';
import type { SealedModels } from '../../server/keys/sealedPlaces.ts';
import { personalDataModels } from '../../server/personalData/models.ts';
import { serviceMessageModel } from '../../server/serviceMessages/serviceMessage.model.ts';
import { transcriptModels } from '../../server/transcripts/transcript.model.ts';

export function sealedModels(connection: Connection): SealedModels {
  const { campaigns, campaignRows } = campaignModels(connection);
  const { erasures } = personalDataModels(connection);
  return {
    communities: communityModel(connection),
    apiKeys: apiKeyModel(connection),
    clients: clientModel(connection),
    blockedPhones: blockedPhoneModel(connection),
    erasures,
    serviceMessages: serviceMessageModel(connection),
    campaigns,
    campaignRows,
    deadLetters: deadLetterModel(connection),
    transcripts: transcriptModels(connection).transcripts,
  };
}
