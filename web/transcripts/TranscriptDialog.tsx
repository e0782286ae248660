/** Asks in which form to export a conversation or a search's result, and starts the work. */
import { useNavigate } from '@tanstack/react-router';
import { Button, Checkbox, FormItem, NativeSelect } from '@vkontakte/vkui';
import { type FormEvent, useId, useState } from 'react';
import type { CallInput } from '../../shared/api.ts';
import { transcriptFormat, transcriptFormats } from '../../shared/schemas/transcript.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { Problem } from '../ui/Problem.tsx';
import { useErrorMessages } from '../ui/useErrorMessages.ts';
import styles from './Transcripts.module.css';
import { call } from './transcriptsData.ts';

type Request = CallInput<'requestTranscript'>['body'];

export interface TranscriptDialogProps {
  /** What the file will hold, in words. */
  what: string;
  of: Pick<Request, 'conversationIds' | 'search'>;
  onClose: () => void;
}

export function TranscriptDialog({ what, of, onClose }: TranscriptDialogProps) {
  const { t, language } = useTranslation();
  const navigate = useNavigate();
  const messageOf = useErrorMessages();
  const formatId = useId();
  const [isSending, setIsSending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setIsSending(true);
    setProblem(null);
    try {
      await call('requestTranscript', {
        body: {
          ...of,
          format: transcriptFormat.parse(form.get('format')),
          language,
          withNotes: form.get('notes') !== null,
        },
      });
      await navigate({ to: '/transcripts' });
    } catch (error) {
      setProblem(messageOf(error));
      setIsSending(false);
    }
  };
  return (
    <Dialog title={t('transcripts.dialog')} onClose={onClose}>
      <form onSubmit={(event) => void onSubmit(event)} className={styles.form}>
        {problem && <Problem message={t('transcripts.actionFailed', { reason: problem })} />}
        <p className={styles.plain}>{what}</p>
        <FormItem noPadding top={t('transcripts.format')} htmlFor={formatId}>
          <NativeSelect id={formatId} name="format" defaultValue="html">
            {transcriptFormats.map((format) => (
              <option key={format} value={format}>
                {t(`transcripts.format.${format}`)}
              </option>
            ))}
          </NativeSelect>
        </FormItem>
        <Checkbox name="notes" defaultChecked>
          {t('transcripts.notes')}
        </Checkbox>
        <p className={styles.faint}>{t('transcripts.noticed')}</p>
        <Button type="submit" size="l" stretched loading={isSending}>
          {t('transcripts.start')}
        </Button>
      </form>
    </Dialog>
  );
}
