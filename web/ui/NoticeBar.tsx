/** Draws the newest notice. */
import { Icon20CheckCircleOutline, Icon20ErrorCircleOutline } from '@vkontakte/icons';
import { Snackbar } from '@vkontakte/vkui';
import { useStore } from '../connection/useStore.ts';
import { useNotices } from './notices.ts';

export function NoticeBar() {
  const { current } = useNotices();
  const notice = useStore(current);
  if (!notice) return null;
  return (
    <Snackbar
      key={notice.id}
      slotProps={{ root: { role: notice.tone === 'error' ? 'alert' : 'status' } }}
      before={
        notice.tone === 'error' ? (
          <Icon20ErrorCircleOutline fill="var(--vkui--color_icon_negative)" />
        ) : (
          <Icon20CheckCircleOutline fill="var(--vkui--color_icon_positive)" />
        )
      }
      onClosed={() => {
        if (current.get()?.id === notice.id) current.set(null);
      }}
    >
      {notice.text}
    </Snackbar>
  );
}
