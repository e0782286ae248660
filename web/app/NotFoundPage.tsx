/** Shown at an unknown address, and in place of a screen that has thrown. */
import { type ErrorComponentProps, useNavigate } from '@tanstack/react-router';
import { Button, Placeholder } from '@vkontakte/vkui';
import { useTranslation } from '../i18n/useTranslation.ts';

export function NotFoundPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <Placeholder
      stretched
      title={t('page.notFound')}
      action={<Button onClick={() => void navigate({ to: '/' })}>{t('page.toInbox')}</Button>}
    />
  );
}

export function BrokenPage({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation();
  return (
    <Placeholder
      stretched
      role="alert"
      title={t('page.failed')}
      action={<Button onClick={reset}>{t('common.retry')}</Button>}
    >
      {error instanceof Error ? error.message : null}
    </Placeholder>
  );
}
