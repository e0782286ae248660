/** Asks to type the client's name before erasure, which cannot be undone. */
import { useQueryClient } from '@tanstack/react-query';
import { Button, FormItem, Input, NativeSelect } from '@vkontakte/vkui';
import { type FormEvent, useState } from 'react';
import { personalDataEndpoints } from '../../shared/personalDataApi.ts';
import type { ClientBrief } from '../../shared/schemas/client.ts';
import { erasureReason, erasureReasons } from '../../shared/schemas/personalData.ts';
import { cacheKeys } from '../desk/cacheKeys.ts';
import { callsOf } from '../desk/call.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { useNotices } from '../ui/notices.ts';
import { Problem } from '../ui/Problem.tsx';
import { useErrorMessages } from '../ui/useErrorMessages.ts';
import styles from './PersonalDataActions.module.css';

const call = callsOf(personalDataEndpoints);

export function EraseClientDialog({ client, onClose }: { client: ClientBrief; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const notices = useNotices();
  const messageOf = useErrorMessages();
  const [isSending, setIsSending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setIsSending(true);
    setProblem(null);
    try {
      await call('eraseClient', {
        params: { clientId: client.id },
        body: {
          name: String(form.get('name') ?? ''),
          reason: erasureReason.parse(form.get('reason')),
          reference: String(form.get('reference') ?? ''),
        },
      });
      await queries.invalidateQueries({ queryKey: cacheKeys.client(client.id) });
      notices.show(t('personalData.erase.begun'), 'done');
      onClose();
    } catch (error) {
      setProblem(messageOf(error));
    } finally {
      setIsSending(false);
    }
  };
  return (
    <Dialog title={t('personalData.erase.title')} onClose={onClose}>
      <form onSubmit={(event) => void onSubmit(event)} className={styles.form}>
        {problem && <Problem message={t('actions.failed', { reason: problem })} />}
        <p className={styles.text}>{t('personalData.erase.what')}</p>
        <p className={styles.text}>{t('personalData.erase.network')}</p>
        <FormItem noPadding top={t('personalData.erase.reason')} htmlFor="erase-reason">
          <NativeSelect id="erase-reason" name="reason" defaultValue="clientAsked">
            {erasureReasons.map((reason) => (
              <option key={reason} value={reason}>
                {t(`personalData.reason.${reason}`)}
              </option>
            ))}
          </NativeSelect>
        </FormItem>
        <FormItem
          noPadding
          top={t('personalData.erase.reference')}
          htmlFor="erase-reference"
          bottom={t('personalData.erase.reference.hint')}
        >
          <Input id="erase-reference" name="reference" maxLength={40} autoComplete="off" />
        </FormItem>
        <FormItem noPadding top={t('personalData.erase.name', { name: client.name })} htmlFor="erase-name">
          <Input id="erase-name" name="name" required autoComplete="off" />
        </FormItem>
        <Button type="submit" size="l" stretched appearance="negative" loading={isSending}>
          {t('personalData.erase.submit')}
        </Button>
      </form>
    </Dialog>
  );
}
