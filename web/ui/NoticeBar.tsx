/**
 * Draws the newest notice, inside the open dialog if there is one. The element for successes exists before it has
 * text, so that a screen reader announces it; an error is an alert.
 */
import { Icon20CheckCircleOutline, Icon20ErrorCircleOutline } from '@vkontakte/icons';
import { Snackbar } from '@vkontakte/vkui';
import { createPortal } from 'react-dom';
import { type Notice, useNotices } from './notices.ts';
import { openDialogs } from './openDialogs.ts';
import { useStore } from './useStore.ts';

/** Time to read it, and to reach the button by keyboard. */
const WITH_ACTION_MS = 10_000;

export function NoticeBar() {
  const { current } = useNotices();
  const notice = useStore(current);
  const dialog = useStore(openDialogs).at(-1);
  const close = () => {
    if (current.get()?.id === notice?.id) current.set(null);
  };
  const bar = (
    <>
      <div aria-live="polite">{notice?.tone === 'done' && <Bar notice={notice} onClosed={close} />}</div>
      {notice?.tone === 'error' && <Bar notice={notice} onClosed={close} />}
    </>
  );
  return dialog ? createPortal(bar, dialog) : bar;
}

function Bar({ notice: { id, text, tone, action }, onClosed }: { notice: Notice; onClosed: () => void }) {
  const isError = tone === 'error';
  return (
    <Snackbar
      key={id}
      slotProps={{ root: { 'data-notice': tone, ...(isError && { role: 'alert' }) } }}
      before={
        isError ? (
          <Icon20ErrorCircleOutline fill="var(--vkui--color_icon_negative)" />
        ) : (
          <Icon20CheckCircleOutline fill="var(--vkui--color_icon_positive)" />
        )
      }
      {...(action && { action: action.label, onActionClick: action.run, duration: WITH_ACTION_MS })}
      onClosed={onClosed}
    >
      {text}
    </Snackbar>
  );
}
