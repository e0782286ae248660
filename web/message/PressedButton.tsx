/** The label of the button that the client pressed, instead of typed text. */
import { VisuallyHidden } from '@vkontakte/vkui';
import { useTranslation } from '../i18n/useTranslation.ts';
import styles from './AnswerCaption.module.css';

export function PressedButton({ label }: { label: string }) {
  const { t } = useTranslation();
  return (
    <div>
      <VisuallyHidden>{t('service.pressed')}: </VisuallyHidden>
      <bdi className={styles.pressed}>{label}</bdi>
    </div>
  );
}
