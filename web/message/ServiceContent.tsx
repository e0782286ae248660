/** A service message as the client saw it: images, text, buttons. Agents cannot press its buttons. */

import type { AttachmentView } from '../../shared/schemas/message.ts';
import type { TemplateButton } from '../../shared/schemas/template.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { readableAddress } from '../ui/links.ts';
import { PlainText } from '../ui/PlainText.tsx';
import { Attachments } from './Attachments.tsx';
import styles from './ServiceContent.module.css';

export interface ServiceContentProps {
  text: string;
  imageIds: readonly string[];
  /** Descriptions of the images, by id. */
  imageAlts?: Readonly<Record<string, string>> | undefined;
  buttons: readonly TemplateButton[];
}

export function ServiceContent({ text, imageIds, imageAlts = {}, buttons }: ServiceContentProps) {
  const { t } = useTranslation();
  return (
    <div className={styles.content}>
      <Attachments attachments={imageIds.map((id) => photoOf(id, imageAlts[id]))} />
      <PlainText text={text} />
      {buttons.length > 0 && (
        <ul className={styles.buttons} aria-label={t('service.buttons')}>
          {buttons.map((button) => (
            <li key={button.id} className={styles.button}>
              <bdi className={styles.label}>{button.label}</bdi>
              {button.kind === 'link' && (
                <span className={styles.address}>{readableAddress(button.url)}</span>
              )}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function photoOf(imageId: string, alt: string | undefined): AttachmentView {
  const url = `/media/template-images/${imageId}`;
  return {
    kind: 'photo',
    vendorType: 'photo',
    title: alt || null,
    description: null,
    linkUrl: null,
    mediaUrl: url,
    previewUrl: null,
    widthPx: null,
    heightPx: null,
    durationS: null,
    sizeBytes: null,
    latitude: null,
    longitude: null,
  };
}
