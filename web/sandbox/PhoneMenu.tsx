/** Actions on one phone besides writing: its connection, reading, permission, and the other side of the chat. */
import { Icon24MoreVertical } from '@vkontakte/icons';
import { IconButton, Popover } from '@vkontakte/vkui';
import { useState } from 'react';
import type { DialogueSnapshot, UserView } from '../../shared/sandbox.ts';
import styles from './chat.module.css';
import { LabelledSwitch } from './LabelledSwitch.tsx';
import { type LabelKey, useLabels } from './labels.ts';
import type { PhoneControls } from './usePhone.ts';

/** Seven months: more than the six months for which a confirmed number counts as confirmed. */
const lapsedMs = 213 * 24 * 60 * 60 * 1000;

interface PhoneMenuProps {
  phone: PhoneControls;
  user: UserView;
  /** Other people, who can be given this phone's number. */
  others: readonly UserView[];
  groupId: number;
  snapshot: DialogueSnapshot | undefined;
  onHide: () => void;
}

export function PhoneMenu({ phone, user, others, groupId, snapshot, onHide }: PhoneMenuProps) {
  const say = useLabels();
  const [isOpen, setOpen] = useState(false);
  const { state, dispatch, act } = phone;
  const target = { groupId, userId: user.userId };
  const isDenied = snapshot?.permission === 'denied';
  const isBlacklisted = snapshot?.isBlacklisted ?? false;

  const actions: [LabelKey, () => void][] = [
    [
      'phone.asAdministrator',
      () => {
        dispatch({ type: 'opened' });
        dispatch({ type: 'choseAuthor', writesAs: 'administrator' });
      },
    ],
    ['phone.adminReads', () => void act('adminReads', target)],
    isDenied
      ? ['phone.allow', () => void act('clientAllows', target)]
      : ['phone.deny', () => void act('clientDenies', target)],
    [
      isBlacklisted ? 'phone.unblacklist' : 'phone.blacklist',
      () => void act('blacklistUser', { ...target, blacklisted: !isBlacklisted }),
    ],
    ['phone.confirmNow', () => void act('confirmPhone', { userId: user.userId })],
    [
      'phone.confirmLapsed',
      () => void act('confirmPhone', { userId: user.userId, atMs: Date.now() - lapsedMs }),
    ],
    ['phone.hide', onHide],
  ];
  if (!user.isDeleted) actions.push(['phone.delete', () => void act('deleteUser', { userId: user.userId })]);

  return (
    <Popover
      shown={isOpen}
      onShownChange={setOpen}
      trigger="click"
      placement="bottom-end"
      aria-label={say('phone.menu')}
      content={
        <div className={styles.menu}>
          <LabelledSwitch
            className={styles.menuSwitch}
            label={say('phone.offlineSwitch')}
            isOn={user.isOffline}
            onChange={(isOffline) => void act('setPerson', { userId: user.userId, isOffline })}
          />
          <LabelledSwitch
            className={styles.menuSwitch}
            label={say('phone.hidesReading')}
            isOn={state.hidesReading}
            onChange={() => dispatch({ type: 'toggledReading' })}
          />
          <LabelledSwitch
            className={styles.menuSwitch}
            label={say('phone.mobileDevice')}
            isOn={user.hasMobileDevice}
            onChange={(hasMobileDevice) => void act('setPerson', { userId: user.userId, hasMobileDevice })}
          />
          {user.phone !== '' && others.length > 0 && (
            <label className={styles.menuSwitch}>
              <span>{say('phone.moveNumber')}</span>
              <select
                className={styles.menuSelect}
                value=""
                onChange={({ target }) =>
                  void act('movePhone', { fromUserId: user.userId, toUserId: Number(target.value) })
                }
              >
                <option value="">—</option>
                {others.map(({ userId, firstName, lastName }) => (
                  <option key={userId} value={userId}>
                    {firstName} {lastName}
                  </option>
                ))}
              </select>
            </label>
          )}
          {actions.map(([key, run]) => (
            <button
              key={key}
              type="button"
              data-danger={key === 'phone.delete'}
              onClick={() => {
                setOpen(false);
                run();
              }}
            >
              {say(key)}
            </button>
          ))}
        </div>
      }
    >
      <IconButton label={say('phone.menu')}>
        <Icon24MoreVertical />
      </IconButton>
    </Popover>
  );
}
