/** Services with their keys, their approved templates, and the pictures uploaded for the templates. */
import { randomUUID } from 'node:crypto';
import type { MediaLibrary } from '../mediaLibrary.ts';
import type { VkAttachment } from '../vkTypes.ts';
import type { TemplateRequest } from './protocol.ts';
import { variablesOf } from './render.ts';

export interface Service {
  service: string;
  key: string;
  statusSecret: string;
  groupId: number | null;
  okGroupId: string | null;
  oauth: { consumerKey: string; consumerSecret: string } | null;
}

export interface Template extends TemplateRequest {
  templateId: string;
  variables: string[];
}

export interface SavedRegistry {
  services: Service[];
  templates: Template[];
  images: [string, VkAttachment][];
}

export class Registry {
  readonly services = new Map<string, Service>();
  readonly #templates = new Map<string, Template>();
  readonly #images = new Map<string, VkAttachment>();
  readonly #media: MediaLibrary;

  constructor(media: MediaLibrary) {
    this.#media = media;
  }

  hasKey(key: string): boolean {
    for (const service of this.services.values()) if (!service.oauth && service.key === key) return true;
    return false;
  }

  saveImage(bytes: Buffer): string {
    const imageId = randomUUID();
    const file = this.#media.store(`${imageId}.jpeg`, 'image/jpeg', bytes);
    this.#images.set(imageId, this.#media.savePhoto(file, -1));
    return imageId;
  }

  hasImage(imageId: string): boolean {
    return this.#images.has(imageId);
  }

  /** Replaces a template of the same name; messages on their way keep their old text. */
  saveTemplate(request: TemplateRequest): Template {
    const key = templateKey(request.service, request.name);
    const template = {
      ...request,
      templateId: this.#templates.get(key)?.templateId ?? randomUUID(),
      variables: variablesOf(request),
    };
    this.#templates.set(key, template);
    return template;
  }

  template(service: string, name: string): Template | undefined {
    return this.#templates.get(templateKey(service, name));
  }

  templates(): Template[] {
    return [...this.#templates.values()];
  }

  attachments({ images }: TemplateRequest): VkAttachment[] {
    return images.flatMap((image) => {
      if ('url' in image) return [linkedPhoto(image.url)];
      const kept = this.#images.get(image.imageId);
      return kept ? describedPhoto(kept, image.alt) : [];
    });
  }

  snapshot(): SavedRegistry {
    return {
      services: [...this.services.values()],
      templates: this.templates(),
      images: [...this.#images],
    };
  }

  restore(saved: SavedRegistry): void {
    for (const service of saved.services) this.services.set(service.service, service);
    for (const template of saved.templates)
      this.#templates.set(templateKey(template.service, template.name), template);
    for (const [imageId, image] of saved.images) this.#images.set(imageId, image);
  }
}

function templateKey(service: string, name: string): string {
  return `${service}\n${name}`;
}

/** The phone loads this picture from its own address; the sandbox does not know its size. */
function linkedPhoto(url: string): VkAttachment {
  const size = { type: 'x', url, width: 604, height: 403 };
  return {
    type: 'photo',
    photo: {
      album_id: -64,
      date: Math.floor(Date.now() / 1000),
      id: 1,
      owner_id: -1,
      has_tags: false,
      text: '',
      sizes: [size, { ...size, type: 'base' }],
      orig_photo: { ...size, type: 'base' },
    },
  };
}

/** VK keeps a photo's description in its `text`. */
function describedPhoto(kept: VkAttachment, alt: string | undefined): VkAttachment {
  if (!alt || kept.type !== 'photo') return kept;
  return { ...kept, photo: { ...(kept.photo as object), text: alt } };
}
