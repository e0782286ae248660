/** The message as the client's phone shows it, filled with values or examples: images, text, the ad, buttons. */
import { SegmentedControl } from '@vkontakte/vkui';
import { useState } from 'react';
import type { TemplateContent, TemplateImageView } from '../../shared/schemas/template.ts';
import { exampleValues } from '../../shared/templates/render.ts';
import { fillText, joinedText } from '../../shared/templates/text.ts';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import styles from '../message/phone.module.css';
import { LoadedImage } from '../ui/LoadedImage.tsx';

const schemes = ['light', 'dark'] as const;

export interface PreviewProps {
  content: TemplateContent;
  images: ReadonlyMap<string, TemplateImageView>;
  /** Values of the variables; the examples when omitted. */
  values?: Readonly<Record<string, string>>;
}

export function Preview({ content, images, values }: PreviewProps) {
  const { t } = useTranslation();
  const { communities } = useDeskData();
  const [scheme, setScheme] = useState<(typeof schemes)[number]>('light');
  const filled = values ?? exampleValues(content);
  // A draft may break rules; a text that cannot be filled yet is shown as written.
  const text = fillText(joinedText(content), (name) => filled[name]?.trim() || `{${name}}`);
  const isOneWay = content.direction === 'oneWay';
  const sender = communities[0]?.name ?? t('templates.preview.community');
  const shown = content.imageIds.flatMap((id) => images.get(id) ?? []);
  return (
    <section className={styles.preview} aria-label={t('templates.preview')}>
      <header className={styles.header}>
        <h2 className={styles.title}>{t('templates.preview')}</h2>
        <SegmentedControl
          size="m"
          className={styles.schemes}
          aria-label={t('templates.preview.scheme')}
          value={scheme}
          onChange={(value) => setScheme(value === 'dark' ? 'dark' : 'light')}
          options={schemes.map((value) => ({ value, label: t(`templates.preview.${value}`) }))}
        />
      </header>
      <div className={styles.phone} data-scheme={scheme}>
        <div className={styles.bar}>{isOneWay ? t('templates.preview.oneWay') : sender}</div>
        <div className={styles.chat}>
          {isOneWay && <div className={styles.sender}>{sender}</div>}
          <div className={styles.bubble}>
            {shown.length > 0 && (
              <div className={styles.images} data-count={shown.length}>
                {shown.map((image, index) => (
                  <LoadedImage
                    key={image.id}
                    url={image.url}
                    alt={
                      content.imageAlts?.[image.id]?.trim() ||
                      t('templates.image.alt', {
                        number: index + 1,
                        width: image.widthPx,
                        height: image.heightPx,
                      })
                    }
                  />
                ))}
              </div>
            )}
            <div className={text.trim() ? styles.text : styles.noText} data-testid="preview-text">
              {text.trim() || t('templates.preview.empty')}
            </div>
          </div>
          {content.buttons.length > 0 && (
            <ul className={styles.buttons}>
              {content.buttons.map((button) => (
                <li key={button.id} className={styles.button} data-kind={button.kind}>
                  {button.label || '…'}
                  {button.kind === 'link' && <span aria-hidden="true"> ↗</span>}
                </li>
              ))}
            </ul>
          )}
        </div>
        {isOneWay && <div className={styles.foot}>{t('templates.preview.noAnswer')}</div>}
      </div>
    </section>
  );
}
