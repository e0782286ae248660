/**
 * `/media/...`: pictures and files of messages, clients and communities, through the desk's own origin. An agent's
 * browser never calls a network, and the desk fetches a stored URL only from the network's own hosts.
 */
import { type Request, type Response, Router } from 'express';
import { type Model, Types } from 'mongoose';
import { canSeeCommunity, conversationFilterFor } from '../auth/permissions.ts';
import type { CurrentPerson, SignedInPerson } from '../auth/signedIn.ts';
import type { Client } from '../clients/client.model.ts';
import type { Community } from '../communities/community.model.ts';
import type { Conversation } from '../conversations/conversation.model.ts';
import type { Message } from '../conversations/message.model.ts';
import { attachmentAt, fileNameOf } from '../conversations/thread/messageView.ts';
import { isNetworkMedia } from '../net/networkMedia.ts';
import type { UploadStore } from '../uploads/uploadStore.ts';
import { DeskError } from './errors.ts';
import { type RelayTimes, relayFile } from './relayFile.ts';
import { type ByteRange, sendStoredFile } from './sendStoredFile.ts';

export interface MediaRouteDeps {
  companyId: Types.ObjectId;
  currentPerson: CurrentPerson;
  messages: Model<Message>;
  clients: Model<Client>;
  conversations: Model<Conversation>;
  communities: Model<Community>;
  uploads: UploadStore;
  /** Origins that media may come from besides the networks' own: the sandbox's. */
  extraOrigins: string[];
  /** For tests. */
  relayTimes?: RelayTimes;
}

const CACHE_S = 24 * 3600;
const OBJECT_ID = /^[0-9a-f]{24}$/;

export function mediaRouter(deps: MediaRouteDeps): Router {
  const router = Router();

  router.get('/media/messages/:messageId/:path', async (req, res) => {
    const person = await signedIn(req);
    const { messageId, path } = req.params;
    if (!OBJECT_ID.test(messageId) || !/^\d{1,3}(\.\d{1,3}){0,9}$/.test(path)) throw notFound();
    const message = await deps.messages
      .findOne({
        _id: new Types.ObjectId(messageId),
        companyId: deps.companyId,
        ...conversationFilterFor(person),
      })
      .lean<Message>();
    const attachment = message && !message.deletedAt ? attachmentAt(message, path) : null;
    const isPreview = req.query.preview !== undefined;
    const source = isPreview ? attachment?.previewSourceUrl : attachment?.sourceUrl;
    if (!attachment || !source) throw notFound();
    const isSaved = attachment.kind === 'document' && !isPreview;
    await serve(req, res, source, isSaved ? (fileNameOf(attachment) ?? 'file') : null);
  });

  router.get('/media/clients/:clientId', async (req, res) => {
    const person = await signedIn(req);
    if (!OBJECT_ID.test(req.params.clientId)) throw notFound();
    const _id = new Types.ObjectId(req.params.clientId);
    const isVisible = await deps.conversations.exists({
      clientId: _id,
      companyId: deps.companyId,
      ...conversationFilterFor(person),
    });
    const client = isVisible ? await deps.clients.findById(_id).lean<Client>() : null;
    if (!client?.avatarSourceUrl) throw notFound();
    await serve(req, res, client.avatarSourceUrl, null);
  });

  router.get('/media/communities/:communityId', async (req, res) => {
    const person = await signedIn(req);
    const { communityId } = req.params;
    const isVisible = OBJECT_ID.test(communityId) && canSeeCommunity(person, communityId);
    const community = isVisible ? await deps.communities.findById(communityId).lean<Community>() : null;
    if (!community?.avatarSourceUrl) throw notFound();
    await serve(req, res, community.avatarSourceUrl, null);
  });

  async function signedIn(req: Request): Promise<SignedInPerson> {
    const current = await deps.currentPerson(req.headers);
    if (!current) throw new DeskError('notSignedIn');
    return current.person;
  }

  async function serve(req: Request, res: Response, source: string, fileName: string | null): Promise<void> {
    // Whatever the file is, it must not run scripts in the desk's origin.
    res.set('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'; sandbox");
    res.set('X-Content-Type-Options', 'nosniff');
    res.set('Cache-Control', `private, max-age=${CACHE_S}`);
    if (fileName) res.attachment(fileName);
    if (source.startsWith('upload:')) return serveUpload(req, res, source.slice('upload:'.length));
    const url = new URL(source);
    if (!isNetworkMedia(url, deps.extraOrigins)) throw notFound();
    return relayFile(req, res, url, deps.relayTimes);
  }

  async function serveUpload(req: Request, res: Response, id: string): Promise<void> {
    const [upload] = await deps.uploads.find([new Types.ObjectId(id)]);
    if (!upload) throw notFound();
    const { contentType, sizeBytes } = upload;
    const open = (range?: ByteRange) => deps.uploads.open(upload._id, range);
    await sendStoredFile(req, res, { id, contentType, sizeBytes, open });
  }

  return router;
}

function notFound(): DeskError {
  return new DeskError('notFound', { message: 'File not found' });
}
