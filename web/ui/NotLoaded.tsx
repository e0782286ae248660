/** Shown when the files of a part did not load: try again, or reload to get the newest version. */
import { Button, ButtonGroup, Placeholder } from '@vkontakte/vkui';
import { useTranslation } from '../i18n/useTranslation.ts';

export function NotLoaded({ onRetry }: { onRetry: () => void }) {
  const { t } = useTranslation();
  return (
    <Placeholder
      stretched
      role="alert"
      title={t('page.notLoaded')}
      action={
        <ButtonGroup mode="vertical" align="center">
          <Button onClick={onRetry}>{t('common.retry')}</Button>
          <Button mode="tertiary" onClick={() => window.location.reload()}>
            {t('page.reload')}
          </Button>
        </ButtonGroup>
      }
    >
      {t('page.notLoaded.why')}
    </Placeholder>
  );
}
