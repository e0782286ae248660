/** photos.* and docs.*: gives upload addresses and saves the uploaded files. */
import { createHash, randomBytes } from 'node:crypto';
import type { Request, Response } from 'express';
import type { ApiCall, ApiMethod } from '../apiServer.ts';
import type { MediaLibrary, StoredFile } from '../mediaLibrary.ts';
import type { Views } from '../messageView.ts';
import { badParameter, VkApiError } from '../vkError.ts';
import type { Responses } from '../vkTypes.ts';

const uploadServerId = 857_236;

export interface Uploads {
  methods: [string, ApiMethod][];
  receive: (req: Request, res: Response) => void;
}

export function uploads(deps: { media: MediaLibrary; views: Views; baseUrl: () => string }): Uploads {
  const { media, views, baseUrl } = deps;

  function uploadUrl(kind: string): { upload_url: string } {
    return { upload_url: `${baseUrl()}/upload/${kind}/${randomBytes(8).toString('hex')}` };
  }

  function photoServer({ community }: ApiCall): object {
    return { ...uploadUrl('photo'), album_id: -64, group_id: community.groupId, user_id: 0 };
  }

  function documentServer({ parameters }: ApiCall): object {
    const kind = parameters.text('type') ?? 'doc';
    if (!['doc', 'audio_message', 'graffiti'].includes(kind)) throw badParameter('type is invalid');
    return uploadUrl(kind);
  }

  function savePhoto({ community, parameters }: ApiCall): Partial<Responses.PhotosSaveMessagesPhotoResponse> {
    const photo = parameters.requiredText('photo');
    const uploaded = readJson(photo) as { photo?: string }[] | undefined;
    const file = media.file(String(uploaded?.[0]?.photo ?? ''));
    if (!file) throw badParameter('photos_list is invalid');
    if (parameters.text('hash') !== hashOf(file)) throw new VkApiError(121, 'invalid hash');
    return [views.withAddresses(media.savePhoto(file, -community.groupId).photo)] as never;
  }

  function saveDocument({ community, parameters }: ApiCall): object {
    const [kind = '', fileId = ''] = parameters.requiredText('file').split('|');
    const file = media.file(fileId);
    if (!file) throw badParameter('file is invalid');
    return views.withAddresses(media.saveDocument(file, -community.groupId, kind, parameters.text('title')));
  }

  /** multer has parsed the body: field `photo` for photos, `file` for other files. */
  function receive(req: Request, res: Response): void {
    const kind = String(req.params.kind);
    const files = (Array.isArray(req.files) ? req.files : []) as {
      originalname: string;
      mimetype: string;
      buffer: Buffer;
    }[];
    const sent = files[0];
    if (!sent || sent.buffer.length === 0) {
      res.json(kind === 'photo' ? { server: uploadServerId, photo: '[]', hash: '' } : { error: 'no file' });
      return;
    }
    // multer decodes names as latin1; browsers and vk-io send UTF-8.
    const name = Buffer.from(sent.originalname, 'latin1').toString('utf8');
    const file = media.store(name, sent.mimetype, sent.buffer);
    if (kind === 'photo')
      res.json({
        server: uploadServerId,
        photo: JSON.stringify([{ photo: file.fileId }]),
        hash: hashOf(file),
      });
    else res.json({ file: `${kind}|${file.fileId}` });
  }

  return {
    receive,
    methods: [
      ['photos.getMessagesUploadServer', photoServer],
      ['photos.saveMessagesPhoto', savePhoto],
      ['docs.getMessagesUploadServer', documentServer],
      ['docs.save', saveDocument],
    ],
  };
}

function hashOf(file: StoredFile): string {
  return createHash('md5').update(file.fileId).digest('hex');
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
