/** Above the list while a supervisor selects conversations: how many there are, and what can be done with them. */
import { Button } from '@vkontakte/vkui';
import { useState } from 'react';
import { limits } from '../../shared/limits.ts';
import { useHotkeys } from '../desk/useHotkeys.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { LazyTranscriptDialog } from '../transcripts/lazyTranscript.ts';
import styles from './SelectionBar.module.css';
import type { Selection } from './useSelection.ts';

export interface SelectionBarProps {
  selection: Selection;
}

export function SelectionBar({ selection }: SelectionBarProps) {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  const { selected } = selection;
  useHotkeys(selected && !isOpen ? { escape: selection.end } : {});
  if (!selected) return null;
  const isTooMany = selected.size > limits.transcriptConversations;
  return (
    <div className={styles.bar}>
      <p role="status" className={styles.count}>
        {isTooMany
          ? t('list.selected.tooMany', { max: limits.transcriptConversations })
          : t('list.selected', { count: selected.size })}
      </p>
      <Button
        size="s"
        disabled={selected.size === 0 || isTooMany}
        aria-haspopup="dialog"
        onClick={() => setIsOpen(true)}
      >
        {t('list.selected.export')}
      </Button>
      <Button size="s" mode="tertiary" onClick={selection.end}>
        {t('common.cancel')}
      </Button>
      {isOpen && (
        <LazyTranscriptDialog
          what={t('list.selected.what', { count: selected.size })}
          of={{ conversationIds: [...selected] }}
          onClose={() => setIsOpen(false)}
        />
      )}
    </div>
  );
}
