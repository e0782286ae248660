/** A person's own sign-in: changes the password or the email; either needs the present password. */
import { Button, FormItem, Input } from '@vkontakte/vkui';
import { type FormEvent, useState } from 'react';
import { limits } from '../../shared/limits.ts';
import { type Bootstrap, cacheKeys } from '../desk/cacheKeys.ts';
import { call } from '../desk/call.ts';
import { useDesk } from '../desk/DeskContext.tsx';
import { useTranslation } from '../i18n/useTranslation.ts';
import { useNotices } from '../ui/notices.ts';
import { Problem } from '../ui/Problem.tsx';
import { useErrorMessages } from '../ui/useErrorMessages.ts';
import styles from './OwnMenu.module.css';

type Changed = 'password' | 'email';

export function OwnSignIn() {
  const { t } = useTranslation();
  const [open, setOpen] = useState<Changed | null>(null);
  return (
    <FormItem noPadding className={styles.item} top={t('own.signIn')} Component="fieldset">
      {open ? (
        <ChangeForm key={open} changed={open} onClose={() => setOpen(null)} />
      ) : (
        <div className={styles.name}>
          <Button mode="secondary" size="m" onClick={() => setOpen('password')}>
            {t('own.password')}
          </Button>
          <Button mode="secondary" size="m" onClick={() => setOpen('email')}>
            {t('own.email')}
          </Button>
        </div>
      )}
    </FormItem>
  );
}

function ChangeForm({ changed, onClose }: { changed: Changed; onClose: () => void }) {
  const { t } = useTranslation();
  const desk = useDesk();
  const notices = useNotices();
  const messageOf = useErrorMessages();
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const current = String(form.get('current') ?? '');
    const value = String(form.get('value') ?? '');
    setIsBusy(true);
    setProblem(null);
    try {
      if (changed === 'password') await call('changeOwnPassword', { body: { current, next: value } });
      else {
        const me = await call('changeOwnEmail', { body: { current, email: value } });
        desk.queries.setQueryData<Bootstrap>(cacheKeys.desk, (held) => (held ? { ...held, me } : held));
      }
      notices.show(t(`own.${changed}.done`), 'done');
      onClose();
    } catch (error) {
      setProblem(messageOf(error));
      setIsBusy(false);
    }
  };

  return (
    <form onSubmit={onSubmit}>
      {problem && <Problem message={problem} />}
      <FormItem noPadding top={t('own.current')} htmlFor="own-current">
        <Input
          id="own-current"
          name="current"
          type="password"
          autoComplete="current-password"
          required
          autoFocus
        />
      </FormItem>
      {changed === 'password' ? (
        <FormItem
          noPadding
          className={styles.item}
          top={t('own.next')}
          htmlFor="own-value"
          bottom={t('own.password.hint', { min: limits.passwordCharsMin })}
        >
          <Input
            id="own-value"
            name="value"
            type="password"
            autoComplete="new-password"
            required
            minLength={limits.passwordCharsMin}
            maxLength={limits.passwordCharsMax}
          />
        </FormItem>
      ) : (
        <FormItem noPadding className={styles.item} top={t('own.newEmail')} htmlFor="own-value">
          <Input id="own-value" name="value" type="email" autoComplete="username" required />
        </FormItem>
      )}
      <div className={styles.actions}>
        <Button type="submit" size="m" loading={isBusy}>
          {t('common.save')}
        </Button>
        <Button mode="tertiary" size="m" onClick={onClose}>
          {t('common.close')}
        </Button>
      </div>
    </form>
  );
}
