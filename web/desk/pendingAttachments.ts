/**
 * Holds the files that an agent attaches in each conversation. A file is uploaded at once and kept while the agent
 * reads another conversation. The list survives a reload; the server deletes a file that is not sent in time.
 */
import { z } from 'zod';
import { limits } from '../../shared/limits.ts';
import { type UploadView, uploadView } from '../../shared/schemas/message.ts';
import { type CallFailureCode, failureCodeOf } from '../ui/apiError.ts';
import { createStore, type Store } from '../ui/store.ts';
import { newClientToken } from './clientToken.ts';
import { type DraftStorage, filesKey } from './drafts.ts';
import { uploadFile } from './uploadFile.ts';

export interface PendingAttachment {
  key: string;
  fileName: string;
  sizeBytes: number;
  /** Null after a reload: only the server has the file then. */
  file: File | null;
  /** A local preview of an image; null for other files and after a reload. */
  pictureUrl: string | null;
  /** Upload progress from 0 to 1. */
  share: number;
  upload: UploadView | null;
  uploadedAtMs: number | null;
  failure: CallFailureCode | null;
}

export type AttachProblem = { kind: 'tooMany' } | { kind: 'tooBig'; fileName: string };

export interface ConversationAttachments {
  files: Store<readonly PendingAttachment[]>;
  add(files: Iterable<File>): AttachProblem[];
  remove(key: string): void;
  retry(key: string): void;
  /** Marks as expired the files that the server no longer keeps. */
  expire(nowMs: number): void;
  /** Restores the files of an answer that was not sent. */
  putBack(uploads: readonly UploadView[], failure: CallFailureCode | null): void;
  /** Drops all files: the outbox now has the answer with them. */
  clear(): void;
}

export interface PendingAttachments {
  of(personId: string, conversationId: string): ConversationAttachments;
  /** Aborts running uploads; files that are already uploaded stay on the server for their author. */
  forget(): void;
}

const keptFiles = z.array(z.object({ upload: uploadView, uploadedAtMs: z.number() }));

export function createPendingAttachments(storage: DraftStorage): PendingAttachments {
  const held = new Map<string, { attachments: ConversationAttachments; close: () => void }>();
  return {
    of: (personId, conversationId) => {
      const key = filesKey(personId, conversationId);
      const known = held.get(key) ?? openAttachments(storage, key);
      held.set(key, known);
      return known.attachments;
    },
    forget: () => {
      for (const { close } of held.values()) close();
      held.clear();
    },
  };
}

function openAttachments(
  storage: DraftStorage,
  storageKey: string,
): { attachments: ConversationAttachments; close: () => void } {
  const files = createStore<readonly PendingAttachment[]>(read(storage, storageKey));
  const aborts = new Map<string, AbortController>();
  files.subscribe(() => write(storage, storageKey, files.get()));

  const change = (key: string, what: Partial<PendingAttachment>) =>
    files.set(files.get().map((one) => (one.key === key ? { ...one, ...what } : one)));

  const start = (key: string, file: File) => {
    const abort = new AbortController();
    aborts.set(key, abort);
    change(key, { failure: null, share: 0, upload: null });
    uploadFile(file, { signal: abort.signal, onProgress: (share) => change(key, { share }) }).then(
      (upload) => change(key, { upload, share: 1, uploadedAtMs: Date.now() }),
      (error: unknown) => {
        if (!abort.signal.aborted) change(key, { failure: failureCodeOf(error) });
      },
    );
  };

  const letGo = ({ key, pictureUrl }: PendingAttachment) => {
    aborts.get(key)?.abort();
    aborts.delete(key);
    if (pictureUrl) URL.revokeObjectURL(pictureUrl);
  };

  const attachments: ConversationAttachments = {
    files,
    add: (given) => {
      const problems: AttachProblem[] = [];
      const added: { one: PendingAttachment; file: File }[] = [];
      for (const file of given) {
        if (file.size > limits.uploadBytes) problems.push({ kind: 'tooBig', fileName: file.name });
        else if (files.get().length + added.length >= limits.attachmentsPerAnswer) {
          problems.push({ kind: 'tooMany' });
          break;
        } else added.push({ one: fromFile(file), file });
      }
      files.set([...files.get(), ...added.map(({ one }) => one)]);
      for (const { one, file } of added) start(one.key, file);
      return problems;
    },
    remove: (key) => {
      for (const one of files.get()) if (one.key === key) letGo(one);
      files.set(files.get().filter((one) => one.key !== key));
    },
    retry: (key) => {
      const file = files.get().find((other) => other.key === key)?.file;
      if (file) start(key, file);
    },
    expire: (nowMs) => {
      if (!files.get().some((one) => isExpired(one, nowMs))) return;
      files.set(
        files.get().map((one) => (isExpired(one, nowMs) ? { ...one, failure: 'uploadNotFound' } : one)),
      );
    },
    putBack: (uploads, failure) =>
      files.set([...files.get(), ...uploads.map((upload) => fromUpload(upload, Date.now(), failure))]),
    clear: () => {
      for (const one of files.get()) letGo(one);
      files.set([]);
    },
  };
  const close = () => {
    for (const one of files.get()) letGo(one);
  };
  return { attachments, close };
}

function isExpired(one: PendingAttachment, nowMs: number): boolean {
  return (
    one.failure === null && one.uploadedAtMs !== null && nowMs - one.uploadedAtMs >= limits.unusedUploadKeptMs
  );
}

function fromFile(file: File): PendingAttachment {
  const pictureUrl = file.type.startsWith('image/') ? URL.createObjectURL(file) : null;
  return {
    key: newClientToken(),
    fileName: file.name,
    sizeBytes: file.size,
    file,
    pictureUrl,
    share: 0,
    upload: null,
    uploadedAtMs: null,
    failure: null,
  };
}

function fromUpload(
  upload: UploadView,
  uploadedAtMs: number,
  failure: CallFailureCode | null,
): PendingAttachment {
  const { fileName, sizeBytes } = upload;
  return {
    key: newClientToken(),
    fileName,
    sizeBytes,
    file: null,
    pictureUrl: null,
    share: 1,
    upload,
    uploadedAtMs,
    failure,
  };
}

function read(storage: DraftStorage, storageKey: string): PendingAttachment[] {
  try {
    const kept = keptFiles.safeParse(JSON.parse(storage.getItem(storageKey) ?? '[]'));
    return kept.success
      ? kept.data.map(({ upload, uploadedAtMs }) => fromUpload(upload, uploadedAtMs, null))
      : [];
  } catch {
    return [];
  }
}

function write(storage: DraftStorage, storageKey: string, files: readonly PendingAttachment[]): void {
  const kept = files.flatMap(({ upload, uploadedAtMs }) =>
    upload && uploadedAtMs !== null ? [{ upload, uploadedAtMs }] : [],
  );
  try {
    if (kept.length === 0) storage.removeItem(storageKey);
    else storage.setItem(storageKey, JSON.stringify(kept));
  } catch {
    // If storage is full or forbidden, the list of files is lost when the tab closes.
  }
}
