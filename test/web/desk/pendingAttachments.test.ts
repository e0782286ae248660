import { describe, expect, it } from 'vitest';
import { limits } from '../../../shared/limits.ts';
import type { UploadView } from '../../../shared/schemas/message.ts';
import { createPendingAttachments } from '../../../web/desk/pendingAttachments.ts';
import { memoryStorage } from '../support/memoryStorage.ts';
import { hexId } from '../support/samples.ts';

const upload: UploadView = {
  id: hexId(1),
  fileName: 'смета.pdf',
  contentType: 'application/octet-stream',
  sizeBytes: 1_200,
  kind: 'document',
};

describe('the files of an unsent answer', () => {
  it('survive a reload, for their author and conversation only', () => {
    const storage = memoryStorage();
    createPendingAttachments(storage).of('anna', 'a').putBack([upload], null);
    const afterReload = createPendingAttachments(storage);
    expect(afterReload.of('anna', 'a').files.get()).toMatchObject([
      { fileName: 'смета.pdf', upload, share: 1, failure: null },
    ]);
    expect(afterReload.of('anna', 'b').files.get()).toEqual([]);
    expect(afterReload.of('boris', 'a').files.get()).toEqual([]);
  });

  it('show as expired once the server has deleted them', () => {
    const attachments = createPendingAttachments(memoryStorage()).of('anna', 'a');
    attachments.putBack([upload], null);
    attachments.expire(Date.now() + limits.unusedUploadKeptMs - 60_000);
    expect(attachments.files.get()[0]?.failure).toBeNull();
    attachments.expire(Date.now() + limits.unusedUploadKeptMs);
    expect(attachments.files.get()[0]?.failure).toBe('uploadNotFound');
  });

  it('leave nothing in storage when the answer is sent', () => {
    const storage = memoryStorage();
    const attachments = createPendingAttachments(storage).of('anna', 'a');
    attachments.putBack([upload], null);
    attachments.clear();
    expect(storage.kept.size).toBe(0);
  });
});
