/** Bonds a phone to the client. When another client has it, shows them: both are one person, or it is wrong. */
import { useQueryClient } from '@tanstack/react-query';
import { Button, FormItem, Input } from '@vkontakte/vkui';
import { type FormEvent, useId, useState } from 'react';
import type { ClientBrief, FoundClient } from '../../shared/schemas/client.ts';
import { call } from '../desk/call.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { useNotices } from '../ui/notices.ts';
import { Problem } from '../ui/Problem.tsx';
import { useFocusOnce } from '../ui/useFocusOnce.ts';
import { useOneAtATime } from '../ui/useOneAtATime.ts';
import styles from './ClientDialogs.module.css';
import { storeClient } from './clientCache.ts';
import { FoundClientCard } from './FoundClientCard.tsx';

export interface BondPhoneDialogProps {
  client: ClientBrief;
  onClose: () => void;
  onDone: () => void;
}

type Answer = { outcome: 'phoneInvalid' } | { outcome: 'hasOther'; other: FoundClient | null };

export function BondPhoneDialog({ client, onClose, onDone }: BondPhoneDialogProps) {
  const { t } = useTranslation();
  const id = useId();
  const queries = useQueryClient();
  const notices = useNotices();
  const input = useFocusOnce<HTMLInputElement>();
  const { isBusy, problem, run } = useOneAtATime();
  const [phone, setPhone] = useState('');
  const [answer, setAnswer] = useState<Answer | null>(null);
  const isInvalid = answer?.outcome === 'phoneInvalid';
  const other = answer?.outcome === 'hasOther' ? answer.other : null;

  const bond = (mergeWith?: string) =>
    run(async () => {
      const body = { phone: phone.trim(), ...(mergeWith === undefined ? {} : { mergeWith }) };
      const answered = await call('bondPhone', { params: { clientId: client.id }, body });
      if (answered.outcome === 'bonded') {
        storeClient(queries, answered.client);
        notices.show(t(mergeWith === undefined ? 'client.bond.done' : 'client.merge.done'), 'done');
        onDone();
        return;
      }
      setAnswer(answered);
      if (answered.outcome === 'phoneInvalid') input.current?.focus();
    });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    void bond();
  };

  return (
    <Dialog title={t('client.bond')} onClose={onClose}>
      <p className={styles.about}>{t('client.bond.about', { name: client.name })}</p>
      {problem && <Problem message={t('actions.failed', { reason: problem })} />}
      <form onSubmit={onSubmit}>
        <FormItem
          noPadding
          top={t('client.phone')}
          htmlFor={`${id}-phone`}
          status={isInvalid ? 'error' : 'default'}
          bottom={t(isInvalid ? 'client.bond.invalid' : 'client.bond.hint')}
          bottomId={`${id}-hint`}
        >
          <Input
            id={`${id}-phone`}
            type="tel"
            inputMode="tel"
            autoComplete="off"
            required
            minLength={5}
            maxLength={30}
            slotProps={{
              input: { getRootRef: input, 'aria-invalid': isInvalid, 'aria-describedby': `${id}-hint` },
            }}
            value={phone}
            onChange={(event) => {
              setPhone(event.target.value);
              setAnswer(null);
            }}
          />
        </FormItem>
        {answer?.outcome !== 'hasOther' && (
          <div className={styles.buttons}>
            <Button type="submit" size="l" loading={isBusy} disabled={phone.trim().length < 5}>
              {t('client.bond.do')}
            </Button>
            <Button size="l" mode="secondary" onClick={onClose}>
              {t('common.cancel')}
            </Button>
          </div>
        )}
      </form>
      {answer?.outcome === 'hasOther' && (
        <>
          <Finding message={t(other ? 'client.bond.hasOther' : 'client.bond.hasHidden')} />
          {other && (
            <>
              <FoundClientCard found={other} />
              <p className={styles.about}>
                {t('client.merge.what', { from: other.name, into: client.name })}
              </p>
            </>
          )}
          <div className={styles.buttons}>
            {other && (
              <Button size="l" loading={isBusy} onClick={() => void bond(other.id)}>
                {t('client.merge.do')}
              </Button>
            )}
            <Button size="l" mode="secondary" onClick={onClose}>
              {t('common.cancel')}
            </Button>
          </div>
        </>
      )}
    </Dialog>
  );
}

/** Takes the focus, so that screen readers read it and Enter, after the pressed button is gone, confirms nothing. */
function Finding({ message }: { message: string }) {
  const ref = useFocusOnce<HTMLParagraphElement>();
  return (
    <p ref={ref} tabIndex={-1} className={styles.finding}>
      {message}
    </p>
  );
}
