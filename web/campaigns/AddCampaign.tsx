/**
 * Uploads a file of clients as a new campaign and opens it. The file is chosen with a button or dropped on the page.
 */
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Icon24DocumentListOutline } from '@vkontakte/icons';
import { Button } from '@vkontakte/vkui';
import { type DragEvent, useRef, useState } from 'react';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Problem } from '../ui/Problem.tsx';
import { useErrorMessages } from '../ui/useErrorMessages.ts';
import styles from './AddCampaign.module.css';
import { storeCampaign, uploadCampaign } from './campaignsData.ts';

export function AddCampaign() {
  const { t } = useTranslation();
  const { me } = useDeskData();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const messageOf = useErrorMessages();
  const input = useRef<HTMLInputElement>(null);
  const [taking, setTaking] = useState<string | null>(null);
  const [isOver, setOver] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  if (me.role === 'agent') return null;

  const take = async (file: File | undefined) => {
    if (!file || taking !== null) return;
    setProblem(null);
    setTaking(file.name);
    try {
      const made = await uploadCampaign(file);
      storeCampaign(queries, made);
      await navigate({ to: '/mailings/$mailingId', params: { mailingId: made.id } });
    } catch (error) {
      setProblem(`${file.name}: ${messageOf(error)}`);
    } finally {
      setTaking(null);
    }
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void take(event.dataTransfer.files[0]);
  };
  return (
    <section
      className={styles.area}
      data-over={isOver}
      aria-label={t('mailings.add')}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
    >
      <div className={styles.row}>
        <Button
          size="m"
          before={<Icon24DocumentListOutline />}
          loading={taking !== null}
          onClick={() => input.current?.click()}
        >
          {t('mailings.add')}
        </Button>
        <span className={styles.faint}>{t('mailings.drop')}</span>
      </div>
      <p className={styles.faint} role="status">
        {taking === null ? t('mailings.add.hint') : t('mailings.taking', { name: taking })}
      </p>
      <input
        ref={input}
        type="file"
        accept=".csv,.txt,.tsv,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        hidden
        aria-label={t('mailings.add')}
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = '';
          void take(file);
        }}
      />
      {problem && <Problem message={problem} />}
    </section>
  );
}
