/** Shown in place of a part that could not be loaded, with a button to try again. */
import { Icon28ErrorCircleOutline } from '@vkontakte/icons';
import { Button, Placeholder } from '@vkontakte/vkui';
import { useTranslation } from '../i18n/useTranslation.ts';
import { useErrorMessages } from './useErrorMessages.ts';

export function Failed({ title, error, onRetry }: { title: string; error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation();
  const messageOf = useErrorMessages();
  return (
    <Placeholder
      role="alert"
      icon={<Icon28ErrorCircleOutline width={48} height={48} />}
      title={title}
      action={
        onRetry && (
          <Button mode="secondary" onClick={onRetry}>
            {t('common.retry')}
          </Button>
        )
      }
    >
      {messageOf(error)}
    </Placeholder>
  );
}
