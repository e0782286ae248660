/** Files being attached to one answer: each is sent to the desk at once and can be taken back. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { limits } from '../../shared/limits.ts';
import type { UploadView } from '../../shared/schemas/message.ts';
import { type CallFailureCode, failureCodeOf } from '../connection/apiError.ts';
import { newClientToken } from './clientToken.ts';
import { uploadFile } from './uploadFile.ts';

export interface Attached {
  key: string;
  file: File;
  /** A picture of it while it is here; null for what is not a picture. */
  pictureUrl: string | null;
  /** From 0 to 1. */
  share: number;
  upload: UploadView | null;
  failure: CallFailureCode | null;
}

export type AttachProblem = { kind: 'tooMany' } | { kind: 'tooBig'; fileName: string };

export interface Uploads {
  attached: readonly Attached[];
  isBusy: boolean;
  add(files: Iterable<File>): AttachProblem[];
  remove(key: string): void;
  retry(key: string): void;
  /** Forgets them all: the answer that holds them has been handed over. */
  clear(): void;
}

export function useUploads(): Uploads {
  const [attached, setAttached] = useState<readonly Attached[]>([]);
  const aborts = useRef(new Map<string, AbortController>());
  const held = useRef(attached);
  held.current = attached;

  useEffect(
    () => () => {
      for (const abort of aborts.current.values()) abort.abort();
      for (const one of held.current) if (one.pictureUrl) URL.revokeObjectURL(one.pictureUrl);
    },
    [],
  );

  const change = useCallback((key: string, what: Partial<Attached>) => {
    setAttached((all) => all.map((one) => (one.key === key ? { ...one, ...what } : one)));
  }, []);

  const start = useCallback(
    (key: string, file: File) => {
      const abort = new AbortController();
      aborts.current.set(key, abort);
      change(key, { failure: null, share: 0 });
      uploadFile(file, { signal: abort.signal, onProgress: (share) => change(key, { share }) }).then(
        (upload) => change(key, { upload, share: 1 }),
        (error: unknown) => {
          if (!abort.signal.aborted) change(key, { failure: failureCodeOf(error) });
        },
      );
    },
    [change],
  );

  const drop = (one: Attached) => {
    aborts.current.get(one.key)?.abort();
    aborts.current.delete(one.key);
    if (one.pictureUrl) URL.revokeObjectURL(one.pictureUrl);
  };

  return {
    attached,
    isBusy: attached.some((one) => one.upload === null && one.failure === null),
    add: (files) => {
      const problems: AttachProblem[] = [];
      const added: Attached[] = [];
      for (const file of files) {
        if (file.size > limits.uploadBytes) problems.push({ kind: 'tooBig', fileName: file.name });
        else if (held.current.length + added.length >= limits.attachmentsPerAnswer) {
          problems.push({ kind: 'tooMany' });
          break;
        } else {
          const pictureUrl = file.type.startsWith('image/') ? URL.createObjectURL(file) : null;
          added.push({ key: newClientToken(), file, pictureUrl, share: 0, upload: null, failure: null });
        }
      }
      setAttached((all) => [...all, ...added]);
      for (const one of added) start(one.key, one.file);
      return problems;
    },
    remove: (key) => {
      for (const one of held.current) if (one.key === key) drop(one);
      setAttached((all) => all.filter((one) => one.key !== key));
    },
    retry: (key) => {
      const one = held.current.find((other) => other.key === key);
      if (one) start(key, one.file);
    },
    clear: () => {
      for (const one of held.current) drop(one);
      setAttached([]);
    },
  };
}
