/** Stores uploaded photos and documents up to a size limit, and makes attachment objects from them. */
import { randomBytes } from 'node:crypto';
import { sampleAttachment } from './attachments.ts';
import { imageSize } from './imageSize.ts';
import { ownAddress } from './messageView.ts';
import { badParameter } from './vkError.ts';
import type { VkAttachment } from './vkTypes.ts';

const mostStoredBytes = 512 * 1024 * 1024;

export interface StoredFile {
  fileId: string;
  name: string;
  contentType: string;
  bytes: Buffer;
}

/** VK's letters for photo sizes, by the longest side (VK's page of photo sizes). */
const photoSizes = [
  ['s', 75],
  ['m', 130],
  ['x', 604],
  ['y', 807],
  ['z', 1080],
  ['w', 2560],
] as const;

export class MediaLibrary {
  readonly #files = new Map<string, StoredFile>();
  readonly #attachments = new Map<string, VkAttachment>();
  readonly #onStored: (file: StoredFile) => void;
  #storedBytes = 0;
  #nextId = 457_239_017;

  constructor(onStored: (file: StoredFile) => void = () => {}) {
    this.#onStored = onStored;
  }

  store(name: string, contentType: string, bytes: Buffer): StoredFile {
    const file = { fileId: randomBytes(12).toString('hex'), name, contentType, bytes };
    this.restoreFile(file);
    this.#onStored(file);
    return file;
  }

  restoreFile(file: StoredFile): void {
    this.#files.set(file.fileId, file);
    this.#storedBytes += file.bytes.length;
    for (const [oldId, old] of this.#files) {
      if (this.#storedBytes <= mostStoredBytes || oldId === file.fileId) break;
      this.#files.delete(oldId);
      this.#storedBytes -= old.bytes.length;
    }
  }

  file(fileId: string): StoredFile | undefined {
    return this.#files.get(fileId);
  }

  /** Leaves out the sandbox's address, which changes at each start. */
  linkTo(file: StoredFile): string {
    return `${ownAddress}/files/${file.fileId}/${encodeURIComponent(file.name)}`;
  }

  savePhoto(file: StoredFile, ownerId: number): VkAttachment & { photo: Record<string, unknown> } {
    const size = imageSize(file.bytes) ?? { width: 604, height: 403 };
    const url = this.linkTo(file);
    const longest = Math.max(size.width, size.height);
    const sizes = photoSizes
      .filter(([type, side], index) => side <= longest || index === 0 || type === 'm')
      .map(([type, side]) => {
        const scale = Math.min(1, side / longest);
        return { type, url, width: Math.round(size.width * scale), height: Math.round(size.height * scale) };
      });
    const photo = {
      album_id: -64,
      date: Math.floor(Date.now() / 1000),
      id: this.#allocateId(),
      owner_id: ownerId,
      access_key: randomBytes(9).toString('hex'),
      has_tags: false,
      sizes: [...sizes, { type: 'base', url, ...size }],
      orig_photo: { type: 'base', url, ...size },
      text: '',
      ...(ownerId < 0 ? { user_id: 100 } : {}),
    };
    return this.#remember('photo', photo);
  }

  saveDocument(file: StoredFile, ownerId: number, kind: string, title?: string): VkAttachment {
    const extension = /\.([a-z0-9]+)$/i.exec(file.name)?.[1]?.toLowerCase() ?? 'dat';
    const common = { id: this.#allocateId(), owner_id: ownerId, access_key: randomBytes(9).toString('hex') };
    const url = this.linkTo(file);
    if (kind === 'audio_message') {
      const waveform = Array.from({ length: 128 }, (_, index) => Math.round(15 + 12 * Math.sin(index / 5)));
      return this.#remember(kind, { ...common, duration: 5, link_mp3: url, link_ogg: url, waveform });
    }
    if (kind === 'graffiti') {
      const size = imageSize(file.bytes) ?? { width: 512, height: 512 };
      return this.#remember(kind, { ...common, url, ...size });
    }
    return this.#remember('doc', {
      ...common,
      title: title ?? file.name,
      size: file.bytes.length,
      ext: extension,
      date: Math.floor(Date.now() / 1000),
      type: documentType(extension),
      url,
    });
  }

  /** Finds `photo-100500_457239017_ab12`, the form that messages.send accepts. */
  attachment(name: string): VkAttachment {
    const parts = /^([a-z_]+?)(-?\d+)_(\d+)(?:_(\w+))?$/.exec(name);
    if (!parts) throw badParameter(`attachment ${name} is invalid`);
    const [, type = '', ownerId, id] = parts;
    const known = this.#attachments.get(`${type}${ownerId}_${id}`);
    if (known) return known;
    if (['photo', 'doc', 'audio_message', 'graffiti'].includes(type))
      throw badParameter(`attachment ${name} is not found`);
    return sampleAttachment(type, { ownerId: Number(ownerId), id: Number(id) });
  }

  sticker(stickerId: number): VkAttachment {
    return sampleAttachment('sticker', { ownerId: 0, id: stickerId });
  }

  snapshot(): { attachments: [string, VkAttachment][]; nextId: number } {
    return { attachments: [...this.#attachments], nextId: this.#nextId };
  }

  restore(saved: { attachments: [string, VkAttachment][]; nextId: number }): void {
    for (const [key, attachment] of saved.attachments) this.#attachments.set(key, attachment);
    this.#nextId = saved.nextId;
  }

  #allocateId(): number {
    this.#nextId += 1;
    return this.#nextId;
  }

  #remember<Body extends { owner_id: number; id: number }>(
    type: string,
    body: Body,
  ): VkAttachment & { photo: Body } {
    const attachment = { type, [type]: body } as unknown as VkAttachment & { photo: Body };
    this.#attachments.set(`${type}${body.owner_id}_${body.id}`, attachment);
    // A voice message is also attached as a document, `doc-1_2` (VK's page of uploading documents).
    if (type !== 'photo') this.#attachments.set(`doc${body.owner_id}_${body.id}`, attachment);
    return attachment;
  }
}

/** 1 texts, 2 archives, 3 GIF, 4 pictures, 5 audio, 6 video, 7 books, 8 other (VK's page of the document object). */
function documentType(extension: string): number {
  const types: [number, string[]][] = [
    [1, ['txt', 'doc', 'docx', 'xls', 'xlsx', 'pdf', 'rtf', 'odt']],
    [2, ['zip', 'rar', '7z', 'gz', 'tar']],
    [3, ['gif']],
    [4, ['jpg', 'jpeg', 'png', 'webp', 'bmp']],
    [5, ['mp3', 'ogg', 'wav', 'm4a']],
    [6, ['mp4', 'mov', 'avi', 'webm']],
    [7, ['epub', 'fb2']],
  ];
  return types.find(([, extensions]) => extensions.includes(extension))?.[0] ?? 8;
}
