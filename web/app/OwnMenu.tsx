/** A person's own settings: name, language, theme, Enter key, notifications; and sign-out. */
import { useNavigate } from '@tanstack/react-router';
import { Button, Caption, FormItem, Input, SegmentedControl, Switch } from '@vkontakte/vkui';
import { type FormEvent, useState } from 'react';
import { limits } from '../../shared/limits.ts';
import { type Bootstrap, cacheKeys } from '../desk/cacheKeys.ts';
import { call } from '../desk/call.ts';
import { useDesk } from '../desk/DeskContext.tsx';
import { dropKept } from '../desk/dropKept.ts';
import { usePreferences } from '../desk/PreferencesContext.tsx';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { useNotices } from '../ui/notices.ts';
import { useErrorMessages } from '../ui/useErrorMessages.ts';
import { useStore } from '../ui/useStore.ts';
import styles from './OwnMenu.module.css';
import { OwnSignIn } from './OwnSignIn.tsx';
import { playSignal } from './playSignal.ts';
import { signOut } from './session.ts';

export function OwnMenu({ onClose, onShowKeyboard }: { onClose: () => void; onShowKeyboard: () => void }) {
  const { t } = useTranslation();
  const { me } = useDeskData();
  const notices = useNotices();
  const navigate = useNavigate();
  const [preferences, change] = usePreferences();
  const setNotifies = async (notifies: boolean) => {
    const isAllowed = !notifies || (await askForNotifications());
    if (!isAllowed) notices.show(t('menu.notifies.refused'));
    change({ notifies: notifies && isAllowed });
  };
  return (
    <Dialog title={me.name} onClose={onClose}>
      <Caption className={styles.who}>
        {me.email} · {t(`role.${me.role}`)}
      </Caption>
      <NameForm name={me.name} />
      <OwnSignIn />
      <FormItem noPadding className={styles.item} top={t('menu.language')} Component="fieldset">
        <SegmentedControl
          value={preferences.language}
          onChange={(language) => change({ language: language === 'en' ? 'en' : 'ru' })}
          options={[
            { value: 'ru', label: 'Русский' },
            { value: 'en', label: 'English' },
          ]}
        />
      </FormItem>
      <FormItem noPadding className={styles.item} top={t('menu.theme')} Component="fieldset">
        <SegmentedControl
          value={preferences.theme}
          onChange={(theme) => change({ theme: theme === 'light' || theme === 'dark' ? theme : 'system' })}
          options={[
            { value: 'system', label: t('menu.theme.system') },
            { value: 'light', label: t('menu.theme.light') },
            { value: 'dark', label: t('menu.theme.dark') },
          ]}
        />
      </FormItem>
      {me.role !== 'agent' && <MarksReadItem />}
      <SwitchItem
        id="own-enter-sends"
        label={t('menu.enterSends')}
        hint={t('menu.enterSends.hint')}
        isOn={preferences.enterSends}
        onChange={(enterSends) => change({ enterSends })}
      />
      <SwitchItem
        id="own-opens-next"
        label={t('menu.opensNext')}
        hint={t('menu.opensNext.hint')}
        isOn={preferences.opensNext}
        onChange={(opensNext) => change({ opensNext })}
      />
      <SwitchItem
        id="own-notifies"
        label={t('menu.notifies')}
        hint={t('menu.notifies.hint')}
        isOn={preferences.notifies}
        onChange={(notifies) => void setNotifies(notifies)}
      />
      <SwitchItem
        id="own-sounds"
        label={t('menu.sounds')}
        hint={t('menu.sounds.hint')}
        isOn={preferences.sounds}
        onChange={(sounds) => {
          change({ sounds });
          if (sounds) playSignal();
        }}
      />
      <div className={styles.actions}>
        <Button
          mode="secondary"
          size="m"
          onClick={() => {
            onClose();
            void navigate({ to: '/reviews' });
          }}
        >
          {t('menu.ownReviews')}
        </Button>
        <Button mode="secondary" size="m" onClick={onShowKeyboard}>
          {t('menu.keyboard')}
        </Button>
        <SignOutButtons />
      </div>
    </Dialog>
  );
}

/** Kept at the server, because it decides what opening a thread does to others. */
function MarksReadItem() {
  const { t } = useTranslation();
  const { me } = useDeskData();
  const desk = useDesk();
  const notices = useNotices();
  const messageOf = useErrorMessages();
  const choose = async (marksRead: boolean) => {
    try {
      const changed = await call('changeOwnReading', { body: { marksRead } });
      desk.queries.setQueryData<Bootstrap>(cacheKeys.desk, (held) =>
        held ? { ...held, me: changed } : held,
      );
    } catch (error) {
      notices.show(t('actions.failed', { reason: messageOf(error) }));
    }
  };
  return (
    <SwitchItem
      id="own-marks-read"
      label={t('menu.marksRead')}
      hint={t('menu.marksRead.hint')}
      isOn={me.marksRead}
      onChange={(marksRead) => void choose(marksRead)}
    />
  );
}

async function askForNotifications(): Promise<boolean> {
  return 'Notification' in window && (await Notification.requestPermission()) === 'granted';
}

interface SwitchItemProps {
  id: string;
  label: string;
  hint: string;
  isOn: boolean;
  onChange: (isOn: boolean) => void;
}

function SwitchItem({ id, label, hint, isOn, onChange }: SwitchItemProps) {
  return (
    <label className={styles.switch} htmlFor={id}>
      <span>
        {label}
        <Caption className={styles.hint}>{hint}</Caption>
      </span>
      <Switch id={id} checked={isOn} onChange={(event) => onChange(event.target.checked)} />
    </label>
  );
}

function NameForm({ name }: { name: string }) {
  const { t } = useTranslation();
  const desk = useDesk();
  const notices = useNotices();
  const messageOf = useErrorMessages();
  const [value, setValue] = useState(name);
  const onSubmit = async (event: FormEvent) => {
    event.preventDefault();
    try {
      const me = await call('renameMe', { body: { name: value } });
      desk.queries.setQueryData<Bootstrap>(cacheKeys.desk, (held) => (held ? { ...held, me } : held));
    } catch (error) {
      notices.show(t('actions.failed', { reason: messageOf(error) }));
    }
  };
  return (
    <form onSubmit={onSubmit}>
      <FormItem noPadding className={styles.item} top={t('menu.name')} htmlFor="own-name">
        <div className={styles.name}>
          <Input
            id="own-name"
            value={value}
            maxLength={limits.personNameChars}
            onChange={(event) => setValue(event.target.value)}
          />
          {value.trim() !== name && value.trim() !== '' && (
            <Button type="submit" size="l">
              {t('common.save')}
            </Button>
          )}
        </div>
      </FormItem>
    </form>
  );
}

function SignOutButtons() {
  const { t } = useTranslation();
  const desk = useDesk();
  const notices = useNotices();
  const messageOf = useErrorMessages();
  const navigate = useNavigate();
  const unsent = useStore(desk.outbox).length;
  const [isWarned, setIsWarned] = useState(false);
  const leave = async (isEverywhere: boolean) => {
    if (unsent > 0 && !isWarned) {
      setIsWarned(true);
      notices.show(t('menu.signOut.unsent'));
      return;
    }
    await desk.draftSync.flush();
    // Otherwise the server closes this tab's session too, and the tab shows it as ended by somebody else.
    desk.connection.stop();
    try {
      if (isEverywhere) await call('signOutEverywhere', {});
      await signOut();
      await navigate({ to: '/sign-in' });
      desk.forget();
      dropKept(window.sessionStorage);
    } catch (error) {
      desk.connection.start();
      notices.show(t('actions.failed', { reason: messageOf(error) }));
    }
  };
  return (
    <>
      <Button mode="secondary" size="m" appearance="negative" onClick={() => void leave(false)}>
        {t('menu.signOut')}
      </Button>
      <Button mode="tertiary" size="m" appearance="negative" onClick={() => void leave(true)}>
        {t('menu.signOutEverywhere')}
      </Button>
    </>
  );
}
