/** Earlier versions stored the headers of a list unsealed; a file without headers had a client there. */
import { Types } from 'mongoose';
import type { Sealing } from '../storage/sealing.ts';
import type { Campaign, CampaignModels } from './campaign.model.ts';
import { sealHeaders } from './head.ts';

const AT_ONCE = 500;

/** Safe to repeat, and beside other processes: headers that were erased meanwhile stay erased. */
export async function sealOldHeaders({
  campaigns,
  sealing,
}: Pick<CampaignModels, 'campaigns'> & { sealing: Sealing }): Promise<void> {
  let last = new Types.ObjectId('0'.repeat(24));
  for (;;) {
    const page = await campaigns
      .find({ _id: { $gt: last } }, { headers: 1, headersSealed: 1 })
      .sort({ _id: 1 })
      .limit(AT_ONCE)
      .lean<Pick<Campaign, '_id' | 'headers' | 'headersSealed'>[]>();
    for (const { _id, headers, headersSealed } of page)
      if (headersSealed === undefined && headers.some((header) => header !== ''))
        await campaigns.updateOne({ _id, headers }, { $set: sealHeaders(sealing, _id, headers) });
    const lastOfPage = page.at(-1);
    if (!lastOfPage) return;
    last = lastOfPage._id;
  }
}
