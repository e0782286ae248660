/**
 * Registers templates at a gateway that accepts them by its API, before the first message made from them is sent. A
 * version never changes, so each version is registered under its own name, once per process and settings.
 */
import type { TemplateContent } from '../../../shared/schemas/template.ts';
import type { OutgoingService } from '../../serviceMessages/sending/serviceChannel.ts';
import { callGateway } from './call.ts';
import type { Dialect } from './dialect.ts';
import type { GatewaySettings } from './settings.ts';

export interface TemplateSource {
  /** Null for a version that no longer exists. */
  contentOf(
    message: Pick<OutgoingService, 'templateId' | 'templateVersion'>,
  ): Promise<TemplateContent | null>;
  /** The bytes of a template's JPEG. */
  imageBytes(imageId: string): Promise<Uint8Array<ArrayBuffer>>;
}

export type Registered = 'registered' | 'refused' | 'later';

/** The name of a template's version at the gateway. */
export function gatewayTemplateName(
  { templatesPath }: Dialect,
  { templateName, templateVersion }: Pick<OutgoingService, 'templateName' | 'templateVersion'>,
): string {
  // People who enter templates on the partner's site give them the same names as here.
  return templatesPath === null ? templateName : `${templateName}.v${templateVersion}`;
}

export function createTemplateRegistrar(dialect: Dialect, source: TemplateSource) {
  const done = new Map<string, Promise<Registered>>();

  async function register(settings: GatewaySettings, message: OutgoingService): Promise<Registered> {
    const content = await source.contentOf(message);
    if (!content) return 'refused';
    const images: { imageId: string; alt?: string }[] = [];
    for (const imageId of content.imageIds) {
      const bytes = await source.imageBytes(imageId);
      const sent = await callGateway(settings, 'POST', dialect.imagesPath!, { bytes });
      if (sent.kind !== 'answered') return outcomeOf(sent);
      const alt = content.imageAlts?.[imageId];
      images.push({
        imageId: String((sent.body as { imageId?: unknown }).imageId),
        ...(alt && { alt }),
      });
    }
    const sent = await callGateway(settings, 'POST', dialect.templatesPath!, {
      json: {
        service: settings.service,
        name: gatewayTemplateName(dialect, message),
        body: content.body,
        adText: content.adText ?? '',
        images,
        buttons: content.buttons.map((button) =>
          button.kind === 'text'
            ? { kind: 'text', label: button.label }
            : { kind: 'link', label: button.label, url: button.url },
        ),
        oneWay: content.direction === 'oneWay',
        maxChars: Object.fromEntries(content.variables.map(({ name, maxLength }) => [name, maxLength])),
      },
    });
    return sent.kind === 'answered' ? 'registered' : outcomeOf(sent);
  }

  return {
    async ensure(settings: GatewaySettings, message: OutgoingService): Promise<Registered> {
      if (dialect.templatesPath === null) return 'registered';
      const key = `${settings.version} ${message.templateId.toHexString()} ${message.templateVersion}`;
      const known = done.get(key) ?? register(settings, message);
      done.set(key, known);
      const outcome = await known.catch(() => 'later' as const);
      if (outcome !== 'registered') done.delete(key);
      return outcome;
    },
    /** For a template that the gateway no longer has: the next `ensure` registers it again. */
    forget(settings: GatewaySettings, { templateId, templateVersion }: OutgoingService): void {
      done.delete(`${settings.version} ${templateId.toHexString()} ${templateVersion}`);
    },
  };
}

function outcomeOf({ kind }: { kind: 'refused' | 'unreachable' | 'lost' }): Registered {
  return kind === 'refused' ? 'refused' : 'later';
}
