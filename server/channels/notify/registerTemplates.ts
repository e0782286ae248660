/**
 * Registers templates at a gateway that accepts them by its API, before the first message made from them is claimed. A
 * version never changes, so each version is registered under its own name, once per process and settings.
 */
import type { TemplateContent } from '../../../shared/schemas/template.ts';
import type { OutgoingFile } from '../../conversations/outbox/channel.ts';
import type { OutgoingService } from '../../serviceMessages/sending/serviceChannel.ts';
import { createPreparations, type Prepared } from '../preparations.ts';
import { type Called, callGateway } from './call.ts';
import type { Dialect } from './dialect.ts';
import type { GatewaySettings } from './settings.ts';

export interface TemplateSource {
  /** Null for a version that no longer exists. */
  contentOf(message: VersionOf): Promise<TemplateContent | null>;
  /** A template's JPEG; null when it no longer exists. */
  imageOf(imageId: string): Promise<Pick<OutgoingFile, 'sizeBytes' | 'open'> | null>;
}

export type VersionOf = Pick<OutgoingService, 'templateId' | 'templateName' | 'templateVersion'>;

export type Registered =
  | { kind: 'registered' }
  /** The gateway does not accept this template. */
  | { kind: 'refused' }
  /** The gateway does not accept the community's credentials. */
  | { kind: 'stopped'; networkCode: string | null };

/** The name of a template's version at the gateway. */
export function gatewayTemplateName(
  { templatesPath }: Dialect,
  { templateName, templateVersion }: Pick<VersionOf, 'templateName' | 'templateVersion'>,
): string {
  // People who enter templates on the partner's site give them the same names as here.
  return templatesPath === null ? templateName : `${templateName}.v${templateVersion}`;
}

/** For all messages of this time; then the gateway is asked again, because people may have mended the template. */
const REFUSAL_KEPT_MS = 60_000;

export function createTemplateRegistrar(
  dialect: Dialect,
  source: TemplateSource,
  logFailure: (error: unknown) => void,
) {
  const preparations = createPreparations<Registered>({
    keptMs: ({ kind }) => (kind === 'registered' ? Number.POSITIVE_INFINITY : REFUSAL_KEPT_MS),
    logFailure,
  });

  async function register(
    settings: GatewaySettings,
    message: VersionOf,
    signal: AbortSignal,
  ): Promise<Prepared<Registered>> {
    const content = await source.contentOf(message);
    if (!content) return { kind: 'ready', value: { kind: 'refused' } };
    const images: { imageId: string; alt?: string }[] = [];
    for (const imageId of content.imageIds) {
      const image = await source.imageOf(imageId);
      if (!image) return { kind: 'ready', value: { kind: 'refused' } };
      const sent = await callGateway(settings, 'POST', dialect.imagesPath!, { image, signal });
      if (sent.kind !== 'answered') return failed(sent);
      const alt = content.imageAlts?.[imageId];
      images.push({
        imageId: String((sent.body as { imageId?: unknown }).imageId),
        ...(alt && { alt }),
      });
    }
    const sent = await callGateway(settings, 'POST', dialect.templatesPath!, {
      signal,
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
    return sent.kind === 'answered' ? { kind: 'ready', value: { kind: 'registered' } } : failed(sent);
  }

  const keyOf = ({ version }: GatewaySettings, { templateId, templateVersion }: VersionOf) =>
    `${version} ${templateId.toHexString()} ${templateVersion}`;

  return {
    /** What is known now; starts the registration if nothing is. */
    get(settings: GatewaySettings, version: VersionOf, signal: AbortSignal) {
      return preparations.get(keyOf(settings, version), signal, (ending) =>
        register(settings, version, ending),
      );
    },
    /** For a template that the gateway no longer has: the next `get` registers it again. */
    forget(settings: GatewaySettings, version: VersionOf): void {
      preparations.forget(keyOf(settings, version));
    },
  };
}

const STOPPING_STATUSES = [401, 403];
const TOO_MANY_REQUESTS = 429;

function failed(called: Exclude<Called, { kind: 'answered' }>): Prepared<Registered> {
  if (called.kind !== 'refused') return { kind: 'later', afterMs: null };
  const { httpStatus, code, retryAfterMs } = called;
  if (httpStatus === TOO_MANY_REQUESTS) return { kind: 'later', afterMs: retryAfterMs };
  return {
    kind: 'ready',
    value: STOPPING_STATUSES.includes(httpStatus)
      ? { kind: 'stopped', networkCode: code }
      : { kind: 'refused' },
  };
}
