/** For supervisors: starts a transcript of all that the search finds, and leads to those that were started. */
import { Link } from '@tanstack/react-router';
import { Button } from '@vkontakte/vkui';
import { useState } from 'react';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { LazyTranscriptDialog, type TranscriptDialogProps } from '../transcripts/lazyTranscript.ts';
import styles from './SearchPage.module.css';
import { isAsked, type SearchParams, toQuery } from './searchParams.ts';

export function SearchTranscript({ params }: { params: SearchParams }) {
  const { t } = useTranslation();
  const { me } = useDeskData();
  const [isOpen, setIsOpen] = useState(false);
  if (me.role === 'agent') return null;
  return (
    <>
      <Link to="/transcripts" className={styles.transcripts}>
        {t('transcript.all')}
      </Link>
      {isAsked(params) && (
        <Button mode="secondary" size="m" aria-haspopup="dialog" onClick={() => setIsOpen(true)}>
          {t('search.transcript')}
        </Button>
      )}
      {isOpen && (
        <LazyTranscriptDialog
          what={t('search.transcript.what')}
          of={{ search: toQuery(params) as TranscriptDialogProps['of']['search'] }}
          onClose={() => setIsOpen(false)}
        />
      )}
    </>
  );
}
