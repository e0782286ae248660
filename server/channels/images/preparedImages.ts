/**
 * Uploads a template's images once per community, and keeps how the network names them. Messages that need the same
 * image wait for one upload. Two processes that upload the same image do no harm: the later row wins, and both names
 * work.
 */
import type { Model } from 'mongoose';
import type { Community } from '../../communities/community.model.ts';
import type { OutgoingFile } from '../../conversations/outbox/channel.ts';
import { upserting } from '../../storage/upserting.ts';
import { onAbort } from '../../work/onAbort.ts';
import { CallError } from '../calls.ts';
import type { UploadedImage } from './uploadedImage.model.ts';

export interface PreparedImagesDeps {
  uploadedImages: Model<UploadedImage>;
  /** The files of these images, in this order; images that no longer exist are left out. */
  imagesOf(imageIds: string[]): Promise<OutgoingFile[]>;
  /** Returns the network's name of the file; `userId` is a person who will get it. Ends with the signal. */
  upload(community: Community, userId: string, file: OutgoingFile, signal: AbortSignal): Promise<string>;
}

export interface ImagesFor {
  community: Community;
  userId: string;
  imageIds: string[];
}

export interface PreparedImages {
  /** Resolves with the network's names of the images. The signal ends this wait only; an upload goes on for others. */
  attachments(wanted: ImagesFor, signal?: AbortSignal): Promise<string[]>;
  /**
   * The network refused a message with these attachments. True when it should be tried again: an old upload is
   * forgotten, and a new one may still be in the works. False when the images are not the reason.
   */
  forget(refused: Omit<ImagesFor, 'userId'> & { attachments: string[] }): Promise<boolean>;
  /** Ends all uploads. */
  stop(): void;
}

/** OK needs seconds to process a file before a message may use it (apiok.ru, "graph.user.fileUploadUrl"). */
const PROCESSED_MS = 10_000;
/** An image that was uploaded between this time and the one above is not the reason of a refusal. */
const FRESH_MS = 60_000;

export function createPreparedImages(deps: PreparedImagesDeps): PreparedImages {
  const { uploadedImages } = deps;
  const stopping = new AbortController();
  const underWay = new Map<string, Promise<string | null>>();

  async function attachmentOf({ community, userId }: ImagesFor, imageId: string): Promise<string | null> {
    const _id = idOf(community, imageId);
    const known = await uploadedImages.findById(_id).lean<UploadedImage>();
    if (known) return known.attachment;
    const [file] = await deps.imagesOf([imageId]);
    if (!file) return null;
    const attachment = await deps.upload(community, userId, file, stopping.signal);
    await upserting(() =>
      uploadedImages.updateOne(
        { _id },
        { $set: { attachment }, $currentDate: { uploadedAt: true } },
        { upsert: true },
      ),
    );
    return attachment;
  }

  function shared(wanted: ImagesFor, imageId: string): Promise<string | null> {
    const key = idOf(wanted.community, imageId);
    const running = underWay.get(key);
    if (running) return running;
    const work = attachmentOf(wanted, imageId).finally(() => underWay.delete(key));
    underWay.set(key, work);
    return work;
  }

  async function forgetOne(_id: string, attachments: string[]): Promise<boolean> {
    const isNamed = { _id, attachment: { $in: attachments } };
    const row = await uploadedImages
      .findOneAndUpdate(isNamed, { $currentDate: { refusedAt: true } }, { returnDocument: 'after' })
      .lean<UploadedImage>();
    if (!row) return true;
    const ageMs = row.refusedAt!.getTime() - row.uploadedAt.getTime();
    if (ageMs < FRESH_MS) return ageMs < PROCESSED_MS;
    await uploadedImages.deleteOne(isNamed);
    return true;
  }

  return {
    async attachments(wanted, signal) {
      const names: string[] = [];
      for (const imageId of wanted.imageIds) {
        const name = await until(shared(wanted, imageId), signal);
        if (name !== null) names.push(name);
      }
      return names;
    },
    async forget({ community, imageIds, attachments }) {
      if (attachments.length === 0) return false;
      const forgotten = await Promise.all(
        imageIds.map((imageId) => forgetOne(idOf(community, imageId), attachments)),
      );
      return forgotten.includes(true);
    },
    stop: () => stopping.abort(new Error('The process stops')),
  };
}

function idOf({ _id }: Pick<Community, '_id'>, imageId: string): string {
  return `${_id.toHexString()} ${imageId}`;
}

/** Rejects with `CallError('notSent')` when the signal fires first; the work itself goes on. */
function until<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const abort = () => reject(new CallError('notSent', signal.reason));
    if (signal.aborted) abort();
    void work.then(resolve, reject).finally(onAbort(signal, abort));
  });
}
