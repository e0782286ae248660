/** Everything behind the sign-in: loads the signed-in person, keeps the connection, draws the frame. */
import { useQuery } from '@tanstack/react-query';
import { Navigate, Outlet, useRouterState } from '@tanstack/react-router';
import { Spinner } from '@vkontakte/vkui';
import { useEffect, useState } from 'react';
import { useDesk } from '../desk/DeskContext.tsx';
import { useGuardUnsent } from '../desk/sendMessage.ts';
import { deskQuery } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { type CallFailureCode, failureCodeOf } from '../ui/apiError.ts';
import { Failed } from '../ui/Failed.tsx';
import { useStore } from '../ui/useStore.ts';
import styles from './DeskLayout.module.css';
import { Frame } from './Frame.tsx';
import { returnSearch } from './returnTo.ts';

/** A page that was loaded before the person changed a first password has to begin with the sign-in again. */
const signInAgain: readonly CallFailureCode[] = ['notSignedIn', 'passwordChangeRequired'];

export function DeskLayout() {
  const { t } = useTranslation();
  const desk = useDesk();
  const hasEnded = useStore(desk.sessionEnded);
  const { data, error, refetch } = useQuery(deskQuery);
  useGuardUnsent();
  const isSignedOut = hasEnded || (error !== null && signInAgain.includes(failureCodeOf(error)));
  const isIn = data !== undefined && !isSignedOut;

  const myId = isIn ? data.me.id : null;

  useEffect(() => {
    if (myId === null) return;
    desk.connection.start();
    desk.sender.open(myId);
    desk.draftSync.open(myId);
    const saveDrafts = () => void desk.draftSync.flush({ isClosing: true });
    window.addEventListener('pagehide', saveDrafts);
    return () => {
      window.removeEventListener('pagehide', saveDrafts);
      desk.connection.stop();
    };
  }, [desk, myId]);

  if (isSignedOut) return <SignedOut hasEnded={hasEnded} />;
  if (data) {
    return (
      <Frame>
        <Outlet />
      </Frame>
    );
  }
  return (
    <main className={styles.waiting}>
      {error ? (
        <Failed title={t('app.name')} error={error} onRetry={() => void refetch()} />
      ) : (
        <Spinner size="l">{t('common.loading')}</Spinner>
      )}
    </main>
  );
}

/** Drops one person's data before the next one signs in; unsent messages become drafts of their writers. */
function SignedOut({ hasEnded }: { hasEnded: boolean }) {
  const desk = useDesk();
  const [askedFor] = useState(useRouterState({ select: (state) => state.location.href }));
  useEffect(
    () => () => {
      desk.sender.returnAllToDrafts();
      desk.forget();
    },
    [desk],
  );
  return <Navigate to="/sign-in" search={{ ...(hasEnded && { ended: true }), ...returnSearch(askedFor) }} />;
}
