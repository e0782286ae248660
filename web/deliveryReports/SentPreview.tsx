/** The message as the client's phone shows it; a one-way message is in the notifications window (N2). */

import type { DeliveryDetail } from '../../shared/schemas/delivery.ts';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import phone from '../message/phone.module.css';
import box from '../ui/Box.module.css';
import { LoadedImage } from '../ui/LoadedImage.tsx';
import { PlainText } from '../ui/PlainText.tsx';
import styles from './DeliveryPage.module.css';

export function SentPreview({ delivery }: { delivery: DeliveryDetail }) {
  const { t } = useTranslation();
  const { communities } = useDeskData();
  const { text, images, imageAlts = {}, buttons, direction, communityId } = delivery;
  const isOneWay = direction === 'oneWay';
  const community = communities.find(({ id }) => id === communityId);
  const sender = community?.name ?? t('templates.preview.community');
  return (
    <section className={styles.preview} aria-label={t('deliveries.one.phone')}>
      <h2 className={box.heading}>{t('deliveries.one.phone')}</h2>
      <div className={phone.phone} data-scheme="light">
        <div className={phone.bar}>{isOneWay ? t('templates.preview.oneWay') : sender}</div>
        <div className={phone.chat}>
          {isOneWay && <div className={phone.sender}>{sender}</div>}
          <div className={phone.bubble}>
            {images.length > 0 && (
              <div className={phone.images} data-count={images.length}>
                {images.map((image, index) => (
                  <LoadedImage
                    key={image.id}
                    url={image.url}
                    alt={
                      imageAlts[image.id] ||
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
            <div className={phone.text}>
              <PlainText text={text} />
            </div>
          </div>
          {buttons.length > 0 && (
            <ul className={phone.buttons}>
              {buttons.map((button) => (
                <li key={button.id} className={phone.button} data-kind={button.kind}>
                  {button.label}
                  {button.kind === 'link' && <span aria-hidden="true"> ↗</span>}
                </li>
              ))}
            </ul>
          )}
        </div>
        {isOneWay && <div className={phone.foot}>{t('templates.preview.noAnswer')}</div>}
      </div>
    </section>
  );
}
