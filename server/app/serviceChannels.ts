/**
 * Chooses how a community's service messages go out: through its gateway by phone, if it is set up; otherwise through
 * the community's own API, to clients whose user id in the network is known.
 */
import { Types } from 'mongoose';
import { devino } from '../channels/notify/dialect.ts';
import { stopGateway } from '../channels/notify/gatewaySettings.ts';
import { createNotifyChannel } from '../channels/notify/notifyChannel.ts';
import type { TemplateSource } from '../channels/notify/registerTemplates.ts';
import { bondOfPhone } from '../clients/bondOfPhone.ts';
import type { OutgoingFile } from '../conversations/outbox/channel.ts';
import type { Phones } from '../phones/servicePhones.ts';
import type { ServiceChannels } from '../serviceMessages/sending/serviceChannel.ts';
import type { ImageStore } from '../templates/images/imageStore.ts';
import type { KeptVersion } from '../templates/template.model.ts';
import type { AppContext } from './context.ts';
import type { Networks } from './networks.ts';

export interface ServiceChannelsDeps {
  networks: Networks;
  images: ImageStore;
  phones: Phones;
  publicUrl: string;
}

export function createServiceChannels(
  { store, sealing, logger, config }: AppContext,
  { networks, images, phones, publicUrl }: ServiceChannelsDeps,
): ServiceChannels {
  const gateway = createNotifyChannel({
    communities: store.communities,
    sealing,
    dialect: { ...devino, perSecond: config.gatewayPerSecond },
    templates: templateSource(store, images),
    publicUrl,
    onStopped: async (communityId, networkCode) => {
      logger.error({ communityId, networkCode }, 'the gateway refuses this community');
      await stopGateway(store.communities, new Types.ObjectId(communityId), networkCode);
    },
    logger,
  });
  const direct = networks.openServices((network) => ({
    userIdOf: (phone) => bondOfPhone(store, network, phones.indexOf(phone)),
    imagesOf: (imageIds) => filesOf(images, store.companyId, imageIds),
  }));

  return {
    async forCommunity(ref) {
      const community = await store.communities
        .findById(ref.id, { notify: 1 })
        .lean<{ notify?: { stopped: unknown } | null }>();
      if (!community) return null;
      // A stopped gateway is for an administrator to repair; a detour would hide the problem.
      const channel = community.notify ? gateway : direct[ref.network];
      return (await channel.canSend(ref)) ? channel : null;
    },
  };
}

function templateSource(
  { templateVersions, companyId }: Pick<AppContext['store'], 'templateVersions' | 'companyId'>,
  images: ImageStore,
): TemplateSource {
  return {
    async contentOf({ templateId, templateVersion }) {
      const kept = await templateVersions
        .findOne({ templateId, version: templateVersion })
        .lean<Pick<KeptVersion, 'content'>>();
      return kept?.content ?? null;
    },
    imageOf: async (imageId) => (await filesOf(images, companyId, [imageId]))[0] ?? null,
  };
}

async function filesOf(
  images: ImageStore,
  companyId: Types.ObjectId,
  imageIds: string[],
): Promise<OutgoingFile[]> {
  const found = await images.find(companyId, imageIds);
  return found.map(({ _id, sizeBytes }) => ({
    kind: 'photo',
    fileName: `${_id.toHexString()}.jpeg`,
    contentType: 'image/jpeg',
    sizeBytes,
    open: () => images.open(_id),
  }));
}
