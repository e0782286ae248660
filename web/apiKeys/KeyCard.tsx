/** One key: its rights, its last use, and an administrator's actions. */
import { useQueryClient } from '@tanstack/react-query';
import { Button } from '@vkontakte/vkui';
import { type FormEvent, useState } from 'react';
import type { z } from 'zod';
import type { ApiKeySecrets, ApiKeyView, apiKeyPatch } from '../../shared/schemas/apiKey.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { CopyField } from '../ui/CopyField.tsx';
import { useSaving } from '../ui/useSaving.ts';
import styles from './KeyCard.module.css';
import { KeyFacts } from './KeyFacts.tsx';
import { KeyFields, readKeyDraft } from './KeyFields.tsx';
import formStyles from './KeyForm.module.css';
import { call, storeKey } from './keysData.ts';
import { NoticeLog } from './NoticeLog.tsx';
import { RenewDialog } from './RenewDialog.tsx';
import { RotateDialog } from './RotateDialog.tsx';

type Open = 'fields' | 'notices' | 'rotate' | 'renew' | null;

export function KeyCard({ held, onMade }: { held: ApiKeyView; onMade: (made: ApiKeySecrets) => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { isSaving, problem, save } = useSaving();
  const [open, setOpen] = useState<Open>(null);
  const toggle = (part: Open) => setOpen(open === part ? null : part);
  const params = { keyId: held.id };

  const change = (body: z.infer<typeof apiKeyPatch>) =>
    save(async () => storeKey(queries, await call('changeApiKey', { params, body })));
  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (await change(readKeyDraft(event.currentTarget))) setOpen(null);
  };
  const showMade = (made: ApiKeySecrets) => {
    setOpen(null);
    onMade(made);
  };

  return (
    <section className={styles.card} aria-label={held.name} data-off={!held.isActive}>
      <header className={styles.header}>
        <h2 className={styles.name}>
          <bdi>{held.name}</bdi>
          {!held.isActive && <span className={styles.off}> · {t('people.off')}</span>}
        </h2>
        <Button
          mode="secondary"
          {...(held.isActive ? { appearance: 'negative' as const } : {})}
          loading={isSaving}
          onClick={() => void change({ isActive: !held.isActive })}
        >
          {t(held.isActive ? 'people.switchOff' : 'people.switchOn')}
        </Button>
      </header>
      {problem && (
        <p role="alert" className={styles.problem}>
          {t('actions.failed', { reason: problem })}
        </p>
      )}
      <CopyField label="oauth_consumer_key" value={held.consumerKey} />
      <KeyFacts held={held} />
      <div className={styles.actions}>
        <Button mode="secondary" aria-expanded={open === 'fields'} onClick={() => toggle('fields')}>
          {t('apiKeys.change')}
        </Button>
        <Button mode="secondary" onClick={() => setOpen('rotate')}>
          {t('apiKeys.rotate')}
        </Button>
        <Button mode="secondary" onClick={() => setOpen('renew')}>
          {t('apiKeys.renewWebhookSecret')}
        </Button>
        <Button mode="secondary" aria-expanded={open === 'notices'} onClick={() => toggle('notices')}>
          {t('apiKeys.notices')}
        </Button>
      </div>
      {open === 'fields' && (
        <form onSubmit={(event) => void onSubmit(event)} className={`${formStyles.form} ${styles.below}`}>
          <KeyFields held={held} />
          <Button type="submit" size="l" loading={isSaving}>
            {t('common.save')}
          </Button>
        </form>
      )}
      {open === 'notices' && <NoticeLog keyId={held.id} />}
      {open === 'rotate' && <RotateDialog held={held} onClose={() => setOpen(null)} onMade={showMade} />}
      {open === 'renew' && <RenewDialog held={held} onClose={() => setOpen(null)} onMade={showMade} />}
    </section>
  );
}
