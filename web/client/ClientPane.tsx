/** The right pane: the client and their data. Each section has its own file. */
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { Icon24Cancel } from '@vkontakte/icons';
import { IconButton } from '@vkontakte/vkui';
import { useState } from 'react';
import { clientCard } from '../desk/clientCard.ts';
import { useDeskData } from '../desk/useDeskData.ts';
import { useThread } from '../desk/useThread.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Failed } from '../ui/Failed.tsx';
import { usePreloaded } from '../ui/lazyDialog.tsx';
import { BondsSection } from './BondsSection.tsx';
import { CardSkeleton } from './CardSkeleton.tsx';
import { ClientConversations } from './ClientConversations.tsx';
import { ClientFacts } from './ClientFacts.tsx';
import { ClientHead } from './ClientHead.tsx';
import { ClientMessagesSection } from './ClientMessagesSection.tsx';
import styles from './ClientPane.module.css';
import { LabelEditor } from './LabelEditor.tsx';
import { BondPhoneDialog } from './lazyDialogs.ts';
import { EventsPanel, QualityPanel, TranscriptSection } from './lazySections.ts';
import { MessagesLeft } from './MessagesLeft.tsx';
import { type PaneTab, PaneTabs, panelId } from './PaneTabs.tsx';
import { PersonalDataActions } from './PersonalDataActions.tsx';
import { PhoneSection } from './PhoneSection.tsx';

export interface ClientPaneProps {
  conversationId: string;
  onClose: () => void;
}

export function ClientPane({ conversationId, onClose }: ClientPaneProps) {
  const { t } = useTranslation();
  // One chunk holds all of the card's dialogs.
  usePreloaded(BondPhoneDialog);
  const { data: thread, error: threadError } = useThread(conversationId);
  const { me } = useDeskData();
  const { review } = useSearch({ strict: false });
  const [tab, setTab] = useState<PaneTab>(review === undefined ? 'client' : 'quality');
  const clientId = thread?.row.client.id;
  const { data, error, refetch } = useQuery({
    ...clientCard(clientId ?? ''),
    enabled: clientId !== undefined,
  });
  return (
    <aside className={styles.pane} aria-label={t('client.label')}>
      <IconButton className={styles.close} label={t('common.close')} onClick={onClose}>
        <Icon24Cancel />
      </IconButton>
      {thread && <ClientHead conversation={thread.row} />}
      {thread && <PaneTabs shown={tab} onShow={setTab} />}
      {thread && tab === 'events' && (
        <div role="tabpanel" id={panelId('events')}>
          <EventsPanel conversationId={conversationId} revision={thread.row.revision} />
        </div>
      )}
      {thread && tab === 'quality' && (
        <div role="tabpanel" id={panelId('quality')}>
          <QualityPanel conversationId={conversationId} />
        </div>
      )}
      {thread && data && tab === 'client' && (
        <div role="tabpanel" id={panelId('client')}>
          <PhoneSection client={data.client} />
          <ClientMessagesSection client={data.client} />
          <MessagesLeft key={data.client.id} clientId={data.client.id} clientName={thread.row.client.name} />
          <BondsSection client={data.client} />
          <ClientFacts client={data.client} conversation={thread.row} />
          <LabelEditor conversation={thread.row} />
          <ClientConversations
            clientId={data.client.id}
            rows={data.conversations.filter((conversation) => conversation.id !== conversationId)}
          />
          {me.role !== 'agent' && <TranscriptSection conversation={thread.row} />}
          <PersonalDataActions conversation={thread.row} />
        </div>
      )}
      {tab === 'client' && !data && error && (
        <Failed title={t('client.failed')} error={error} onRetry={() => void refetch()} />
      )}
      {!data && !error && !threadError && <CardSkeleton hasHead={thread !== undefined} />}
    </aside>
  );
}
