/** After a sign-in with a password that somebody else has chosen: the person chooses their own. */
import { Button, FormItem, Input, Paragraph, Title } from '@vkontakte/vkui';
import { type FormEvent, useState } from 'react';
import { limits } from '../../shared/limits.ts';
import { call } from '../desk/call.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Problem } from '../ui/Problem.tsx';
import { useErrorMessages } from '../ui/useErrorMessages.ts';
import styles from './SignInPage.module.css';

export function ChoosePassword({ current, onDone }: { current: string; onDone: () => Promise<void> }) {
  const { t } = useTranslation();
  const messageOf = useErrorMessages();
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const next = String(new FormData(event.currentTarget).get('next') ?? '');
    setIsBusy(true);
    setProblem(null);
    try {
      await call('changeOwnPassword', { body: { current, next } });
      await onDone();
    } catch (error) {
      setProblem(messageOf(error));
    } finally {
      setIsBusy(false);
    }
  };

  return (
    <form className={styles.card} onSubmit={onSubmit}>
      <Title level="1" Component="h1" className={styles.title}>
        {t('own.mustChange.title')}
      </Title>
      <Paragraph className={styles.subtitle}>{t('own.mustChange.why')}</Paragraph>
      {problem && (
        <FormItem>
          <Problem message={problem} />
        </FormItem>
      )}
      <FormItem
        top={t('own.next')}
        htmlFor="choose-password"
        bottom={t('own.password.hint', { min: limits.passwordCharsMin })}
      >
        <Input
          id="choose-password"
          name="next"
          type="password"
          autoComplete="new-password"
          required
          autoFocus
          minLength={limits.passwordCharsMin}
          maxLength={limits.passwordCharsMax}
        />
      </FormItem>
      <FormItem>
        <Button type="submit" size="l" stretched loading={isBusy}>
          {t('own.mustChange.submit')}
        </Button>
      </FormItem>
    </form>
  );
}
