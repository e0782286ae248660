/** The sign-in form: email and password, and the reason of a refusal. */
import { useRouter, useSearch } from '@tanstack/react-router';
import { Button, FormItem, FormStatus, Input, Paragraph, Title } from '@vkontakte/vkui';
import { type FormEvent, useEffect, useState } from 'react';
import { cacheKeys } from '../desk/cacheKeys.ts';
import { useDesk } from '../desk/DeskContext.tsx';
import { useTranslation } from '../i18n/useTranslation.ts';
import { duration } from '../ui/formatTime.ts';
import { Problem } from '../ui/Problem.tsx';
import { useErrorMessages } from '../ui/useErrorMessages.ts';
import { useLocale } from '../ui/useLocale.ts';
import { ChoosePassword } from './ChoosePassword.tsx';
import { ownPage } from './returnTo.ts';
import styles from './SignInPage.module.css';
import { signIn } from './session.ts';

export function SignInPage() {
  const { t } = useTranslation();
  const desk = useDesk();
  const messageOf = useErrorMessages();
  const locale = useLocale();
  const { history } = useRouter();
  const { ended, to } = useSearch({ from: '/sign-in' });
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  /** The password of somebody who has to change it now; kept only while this page is open. */
  const [firstPassword, setFirstPassword] = useState<string | null>(null);

  useEffect(() => {
    document.title = `${t('signIn.title')} · ${t('app.name')}`;
  }, [t]);

  const enter = async () => {
    desk.sessionEnded.set(false);
    desk.queries.removeQueries({ queryKey: cacheKeys.desk });
    history.push(ownPage(to) ?? '/');
  };

  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setIsBusy(true);
    setProblem(null);
    try {
      const password = String(form.get('password') ?? '');
      const result = await signIn(String(form.get('email') ?? ''), password);
      if (result.kind === 'signedIn') await enter();
      else if (result.kind === 'mustChangePassword') setFirstPassword(password);
      else if (result.kind === 'wrong') setProblem(t('signIn.wrong'));
      else setProblem(t('signIn.tooMany', { duration: duration(result.retryAfterS * 1_000, locale) }));
    } catch (error) {
      setProblem(messageOf(error));
    } finally {
      setIsBusy(false);
    }
  };

  if (firstPassword !== null) {
    return (
      <main className={styles.page}>
        <ChoosePassword current={firstPassword} onDone={enter} />
      </main>
    );
  }
  return (
    <main className={styles.page}>
      <form className={styles.card} onSubmit={onSubmit}>
        <Title level="1" Component="h1" className={styles.title}>
          {t('app.name')}
        </Title>
        <Paragraph className={styles.subtitle}>{t('signIn.subtitle')}</Paragraph>
        {(problem || ended) && (
          <FormItem>
            {problem ? <Problem message={problem} /> : <FormStatus title={t('signIn.ended')} />}
          </FormItem>
        )}
        <FormItem top={t('signIn.email')} htmlFor="sign-in-email">
          <Input id="sign-in-email" name="email" type="email" autoComplete="username" required autoFocus />
        </FormItem>
        <FormItem top={t('signIn.password')} htmlFor="sign-in-password">
          <Input
            id="sign-in-password"
            name="password"
            type="password"
            autoComplete="current-password"
            required
          />
        </FormItem>
        <FormItem>
          <Button type="submit" size="l" stretched loading={isBusy}>
            {t('signIn.submit')}
          </Button>
        </FormItem>
      </form>
    </main>
  );
}
