/** The chat with the community: its messages, the answer to a button, the keyboard and the composer. */
import { Icon16ClockOutline, Icon28ChevronLeftOutline } from '@vkontakte/icons';
import { Avatar, IconButton } from '@vkontakte/vkui';
import { useEffect, useRef } from 'react';
import type { CommunityView, DialogueSnapshot, UserView } from '../../shared/sandbox.ts';
import { Bubble } from './Bubble.tsx';
import { ButtonAnswer } from './ButtonAnswer.tsx';
import { Composer } from './Composer.tsx';
import styles from './chat.module.css';
import { type Say, useLabels } from './labels.ts';
import { PhoneKeyboard } from './PhoneKeyboard.tsx';
import { useActivity } from './useActivity.ts';
import type { PhoneControls } from './usePhone.ts';

interface ChatProps {
  phone: PhoneControls;
  user: UserView;
  community: CommunityView;
}

export function Chat({ phone, user, community }: ChatProps) {
  const say = useLabels();
  const { shown, state, dispatch } = phone;
  const activity = useActivity(shown?.activity ?? null);
  const scroller = useRef<HTMLElement>(null);
  const messages = shown?.messages ?? [];
  const newest = `${messages.at(-1)?.conversation_message_id}:${state.queue.length}:${activity}`;

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new message is the reason to scroll
  useEffect(() => {
    // The list grows upwards (column-reverse), so its end is its zero and pictures that load late do not move it.
    scroller.current?.scrollTo({ top: 0 });
  }, [newest]);

  const target = { groupId: community.groupId, userId: user.userId };
  const obstacle = shown && obstacleOf(shown, user, say);
  return (
    <div className={styles.chat}>
      <header className={styles.head}>
        <IconButton label={say('phone.back')} onClick={() => dispatch({ type: 'wentBack' })}>
          <Icon28ChevronLeftOutline />
        </IconButton>
        <Avatar size={32} src={community.photoUrl} alt="" />
        <div className={styles.headText}>
          <h3 className={styles.headName}>{community.name}</h3>
          <p className={activity ? styles.headActive : styles.headState} aria-live="polite">
            {activity ? say(activity === 'typing' ? 'phone.typing' : 'phone.doing') : say('phone.online')}
          </p>
        </div>
      </header>
      <section
        className={styles.scroller}
        ref={scroller}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label={say('chat.label', { name: user.firstName })}
      >
        <ol className={styles.messages} aria-live="polite">
          {messages.length === 0 && state.queue.length === 0 && (
            <li className={styles.empty}>{say('chat.empty')}</li>
          )}
          {messages.map((message) => (
            <Bubble
              key={message.conversation_message_id}
              message={message}
              isRead={message.conversation_message_id <= (shown?.inReadCmid ?? 0)}
              userId={user.userId}
              communityName={community.name}
              onReply={() => dispatch({ type: 'choseReply', message })}
              onEdit={() => dispatch({ type: 'choseEdit', message })}
              onDelete={() =>
                void phone.act('clientDeletes', { ...target, cmid: message.conversation_message_id })
              }
              onReact={(reactionId) =>
                void phone.act('clientReacts', {
                  ...target,
                  cmid: message.conversation_message_id,
                  reactionId,
                })
              }
              onPress={(row, column) =>
                void phone.act('clientPressesButton', {
                  ...target,
                  cmid: message.conversation_message_id,
                  row,
                  column,
                })
              }
            />
          ))}
          {state.queue.map((queued) => (
            <li key={`queued-${queued.localId}`} className={styles.queued}>
              {queued.text || '…'}{' '}
              <Icon16ClockOutline className={styles.clock} aria-label={say('chat.queued')} />
            </li>
          ))}
        </ol>
      </section>
      <ButtonAnswer answer={shown?.eventAnswer ?? null} />
      {obstacle && <p className={styles.obstacle}>{obstacle}</p>}
      <Composer phone={phone} userId={user.userId} isDeleted={user.isDeleted} />
      {shown?.currentKeyboard && (
        <PhoneKeyboard
          keyboard={shown.currentKeyboard}
          onPress={(row, column) => void phone.act('clientPressesButton', { ...target, row, column })}
        />
      )}
    </div>
  );
}

function obstacleOf(shown: DialogueSnapshot, user: UserView, say: Say): string | null {
  if (user.isDeleted) return say('phone.deleted');
  if (shown.isBlacklisted) return say('phone.blacklisted');
  return shown.permission === 'denied' ? say('phone.denied') : null;
}
