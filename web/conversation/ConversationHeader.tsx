/** Above the thread: the client, the conversation's status, and its actions. */
import { useNavigate } from '@tanstack/react-router';
import {
  Icon20CheckCircleOutline,
  Icon20ClockOutline,
  Icon20UserOutline,
  Icon24ChevronLeftOutline,
  Icon24InfoCircleOutline,
} from '@vkontakte/icons';
import { IconButton } from '@vkontakte/vkui';
import { type RefObject, useState } from 'react';
import type { ConversationRow } from '../../shared/schemas/conversation.ts';
import { type Closing, useConversationActions } from '../desk/conversationActions.ts';
import { useDesk } from '../desk/DeskContext.tsx';
import { usePreferences } from '../desk/PreferencesContext.tsx';
import { useDeskData } from '../desk/useDeskData.ts';
import { useHotkeys } from '../desk/useHotkeys.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx';
import { Face } from '../ui/Face.tsx';
import { momentNear } from '../ui/formatTime.ts';
import { Menu } from '../ui/Menu.tsx';
import { NetworkBadge } from '../ui/NetworkBadge.tsx';
import { useLocale, useNow } from '../ui/useLocale.ts';
import { useStore } from '../ui/useStore.ts';
import styles from './ConversationHeader.module.css';
import { snoozeOf, snoozePresets } from './snooze.ts';
import { useOpenNext } from './useOpenNext.ts';

export interface ConversationHeaderProps {
  conversation: ConversationRow;
  isClientShown: boolean;
  onToggleClient: () => void;
  /** The newest place of the thread that was on the screen. */
  seenSeq: RefObject<number>;
  /** The client has written after this place, so the action was refused. */
  onNewerReply: (seenSeq: number) => void;
}

export function ConversationHeader(props: ConversationHeaderProps) {
  const { conversation, isClientShown, onToggleClient, seenSeq, onNewerReply } = props;
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { communities } = useDeskData();
  const network = communities.find(({ id }) => id === conversation.communityId)?.network;
  return (
    <header className={styles.header}>
      <IconButton
        className={styles.back}
        label={t('common.back')}
        onClick={() => void navigate({ to: '/', search: true })}
      >
        <Icon24ChevronLeftOutline />
      </IconButton>
      <span className={styles.face}>
        <Face
          id={conversation.client.id}
          name={conversation.client.name}
          avatarUrl={conversation.client.avatarUrl}
          sizePx={36}
        />
        {network && <NetworkBadge network={network} />}
      </span>
      <div className={styles.who}>
        <h1 className={styles.name}>
          <bdi>{conversation.isErased ? t('client.erased') : conversation.client.name}</bdi>
        </h1>
        <StatusLine conversation={conversation} />
      </div>
      <AssignMenu conversation={conversation} />
      <StatusActions conversation={conversation} seenSeq={seenSeq} onNewerReply={onNewerReply} />
      <EventsSwitch />
      <IconButton
        className={styles.info}
        label={t('thread.showClient')}
        aria-expanded={isClientShown}
        onClick={onToggleClient}
      >
        <Icon24InfoCircleOutline />
      </IconButton>
    </header>
  );
}

/** Whether threads show who changed what and when; remembered in this browser. */
function EventsSwitch() {
  const { t } = useTranslation();
  const [{ showsEvents }, change] = usePreferences();
  return (
    <IconButton
      className={styles.events}
      label={t('thread.events')}
      title={t('thread.events')}
      aria-pressed={showsEvents}
      onClick={() => change({ showsEvents: !showsEvents })}
    >
      <span aria-hidden>≡</span>
    </IconButton>
  );
}

/** Shows the client typing, else other people here, else the status. */
function StatusLine({ conversation }: { conversation: ConversationRow }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const now = useNow();
  const { me, people } = useDeskData();
  const { presence } = useDesk();
  const typing = useStore(presence.typing)[conversation.id] ?? [];
  const viewers = useStore(presence.viewers)[conversation.id] ?? [];
  const nameOf = (id: string | null) => people.find((person) => person.id === id)?.name;

  const colleagueTyping = typing.find((id) => id !== null && id !== me.id);
  const others = viewers
    .filter((id) => id !== me.id)
    .map(nameOf)
    .filter((name) => name !== undefined);
  let text: string = t(`status.${conversation.status}`);
  if (conversation.status === 'snoozed' && conversation.snoozedUntil) {
    text = t('status.snoozedUntil', { time: momentNear(conversation.snoozedUntil, now, locale) });
  }
  let tone: 'plain' | 'live' = 'plain';
  if (typing.includes(null)) {
    text = t('presence.clientTyping', { name: conversation.client.name });
    tone = 'live';
  } else if (colleagueTyping) {
    text = t('presence.personTyping', { name: nameOf(colleagueTyping) ?? '…' });
    tone = 'live';
  } else if (others.length > 0) {
    text = t('presence.viewing', { count: others.length, names: listed(others, locale) });
    tone = 'live';
  }
  return (
    <div className={styles.status} data-tone={tone} aria-live="polite">
      {text}
    </div>
  );
}

function listed(names: string[], locale: string): string {
  return new Intl.ListFormat(locale, { type: 'conjunction' }).format(names);
}

function AssignMenu({ conversation }: { conversation: ConversationRow }) {
  const { t } = useTranslation();
  const { me, people } = useDeskData();
  const { assign } = useConversationActions(conversation.id);
  useHotkeys({ a: () => assign(me.id) });
  const assignee = people.find((person) => person.id === conversation.assigneeId);
  const others = people
    .filter((person) => person.isActive && person.id !== me.id)
    .sort((a, b) => a.name.localeCompare(b.name));
  const itemOf = (person: { id: string; name: string; avatarUrl: string | null }, label: string) => ({
    key: person.id,
    label,
    before: <Face id={person.id} name={person.name} avatarUrl={person.avatarUrl} sizePx={24} />,
    isChecked: person.id === conversation.assigneeId,
    onChoose: () => assign(person.id),
  });
  return (
    <Menu
      label={
        assignee
          ? `${t('actions.assignTo')}: ${assignee.name}`
          : `${t('actions.assignTo')}: ${t('actions.nobody')}`
      }
      items={[
        itemOf(
          me,
          conversation.assigneeId === me.id ? t('actions.me', { name: me.name }) : t('actions.assignToMe'),
        ),
        {
          key: 'nobody',
          label: t('actions.nobody'),
          isChecked: conversation.assigneeId === null,
          onChoose: () => assign(null),
        },
        ...others.map((person) => itemOf(person, person.name)),
      ]}
    >
      {assignee ? (
        <Face id={assignee.id} name={assignee.name} avatarUrl={assignee.avatarUrl} sizePx={24} />
      ) : (
        <Icon20UserOutline aria-hidden />
      )}
      <span className={styles.actionName}>{assignee?.name ?? t('actions.assign')}</span>
    </Menu>
  );
}

type StatusActionsProps = Pick<ConversationHeaderProps, 'conversation' | 'seenSeq' | 'onNewerReply'>;

function StatusActions({ conversation, seenSeq, onNewerReply }: StatusActionsProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { setStatus } = useConversationActions(conversation.id);
  const nextAfter = useOpenNext(conversation);
  const isResolved = conversation.status === 'resolved';
  const open = () => setStatus({ status: 'open' });
  const close = (change: Closing) => {
    const seen = seenSeq.current;
    const onDone = nextAfter(change.status);
    setStatus({ ...change, seenSeq: seen }, { onDone, onNewerReply: () => onNewerReply(seen) });
  };
  const { me } = useDeskData();
  const { drafts } = useDesk();
  const [isAsking, setIsAsking] = useState(false);
  const resolve = () => {
    setIsAsking(false);
    close({ status: 'resolved' });
  };
  const toggle = () => {
    if (isResolved) return open();
    const { text, mode } = drafts.of(me.id, conversation.id).get();
    // An answer that was begun would be forgotten: nothing in the queue would remind of it.
    if (text.trim() !== '' && mode === 'answer') setIsAsking(true);
    else resolve();
  };
  useHotkeys({ e: toggle });
  const now = useNow();
  return (
    <>
      <Menu
        label={t('actions.snooze')}
        items={[
          ...(conversation.status === 'open' || isResolved
            ? []
            : [{ key: 'open', label: t('actions.open'), onChoose: open }]),
          ...(conversation.status === 'pending'
            ? []
            : [
                {
                  key: 'pending',
                  label: t('actions.pending'),
                  onChoose: () => close({ status: 'pending' }),
                },
              ]),
          ...snoozePresets(now).map(({ preset, until }) => ({
            key: preset,
            label: `${t(`actions.snooze.${preset}`)} · ${momentNear(until.toISOString(), now, locale)}`,
            onChoose: () => close({ status: 'snoozed', snooze: snoozeOf(preset) }),
          })),
        ]}
      >
        <Icon20ClockOutline aria-hidden />
      </Menu>
      <button
        type="button"
        className={styles.resolve}
        data-resolved={isResolved}
        aria-label={t(isResolved ? 'actions.reopen' : 'actions.resolve')}
        onClick={toggle}
      >
        <Icon20CheckCircleOutline aria-hidden />
        <span className={styles.actionName}>{t(isResolved ? 'actions.reopen' : 'actions.resolve')}</span>
      </button>
      {isAsking && (
        <ConfirmDialog
          title={t('actions.resolve.draft.title')}
          action={t('actions.resolve')}
          isBusy={false}
          problem={null}
          onConfirm={resolve}
          onClose={() => setIsAsking(false)}
        >
          {t('actions.resolve.draft')}
        </ConfirmDialog>
      )}
    </>
  );
}
