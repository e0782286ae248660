/** One canned answer in the list, with its uses and actions. */
import { Button } from '@vkontakte/vkui';
import { toShownText } from '../../shared/cannedText.ts';
import type { CannedAnswerView } from '../../shared/schemas/cannedAnswer.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import listStyles from '../ui/ListPage.module.css';
import styles from './CannedAnswers.module.css';
import type { OpenDialog } from './CannedDialogs.tsx';

export interface CannedRowProps {
  answer: CannedAnswerView;
  mayChange: boolean;
  onOpen: (dialog: OpenDialog) => void;
}

export function CannedRow({ answer, mayChange, onOpen }: CannedRowProps) {
  const { t, language } = useTranslation();
  const { name, text, uses } = answer;
  return (
    <li className={styles.row}>
      <div className={styles.words}>
        <h3 className={styles.name}>
          <bdi>{name}</bdi>
        </h3>
        <span className={listStyles.excerpt} dir="auto">
          {toShownText(text, language)}
        </span>
        <span className={listStyles.faint}>{t('canned.uses', { count: uses })}</span>
      </div>
      {mayChange && (
        <div className={styles.actions}>
          <Button
            size="s"
            mode="secondary"
            aria-label={t('canned.edit.of', { name })}
            onClick={() => onOpen({ kind: 'edit', answer })}
          >
            {t('canned.edit')}
          </Button>
          <Button
            size="s"
            mode="tertiary"
            appearance="negative"
            aria-label={t('canned.delete.of', { name })}
            onClick={() => onOpen({ kind: 'delete', answer })}
          >
            {t('canned.delete')}
          </Button>
        </div>
      )}
    </li>
  );
}
