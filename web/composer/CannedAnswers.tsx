/** The button of the canned answers, and their list while it is open. */
import { Icon24BookmarkOutline } from '@vkontakte/icons';
import { IconButton } from '@vkontakte/vkui';
import { lazyPicker } from '../cannedAnswers/lazyPicker.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { usePreloaded } from '../ui/lazyDialog.tsx';
import { NotLoaded } from '../ui/NotLoaded.tsx';
import type { useCannedPicker } from './useCannedPicker.ts';

type Canned = ReturnType<typeof useCannedPicker>;

export function CannedButton({ canned, isDisabled }: { canned: Canned; isDisabled: boolean }) {
  const { t } = useTranslation();
  usePreloaded(lazyPicker);
  return (
    <IconButton
      label={t('composer.canned')}
      aria-expanded={canned.isOpen}
      data-canned-button
      disabled={isDisabled}
      onClick={canned.toggle}
    >
      <Icon24BookmarkOutline />
    </IconButton>
  );
}

export function CannedList({ canned, clientName }: { canned: Canned; clientName: string }) {
  const part = lazyPicker.usePart();
  if (part.phase === 'ready') return <part.Part {...canned.picker} clientName={clientName} />;
  return part.phase === 'failed' ? <NotLoaded onRetry={part.retry} /> : null;
}
