/** The client's input: text, a photo, any other attachment; Enter sends, Shift+Enter breaks the line. */
import { Icon20Cancel, Icon24Attach, Icon24CameraOutline, Icon24Send } from '@vkontakte/icons';
import { IconButton, Popover } from '@vkontakte/vkui';
import { type ChangeEvent, type KeyboardEvent, useRef, useState } from 'react';
import { isComposing } from '../ui/isComposing.ts';
import styles from './chat.module.css';
import { callControl, uploadPhoto } from './controlClient.ts';
import { type LabelKey, useLabels } from './labels.ts';
import type { PhoneControls } from './usePhone.ts';

/** Ready-made attachments; `hologram` stands for a type that a newer VK might add. */
const otherTypes = [
  'sticker',
  'audio_message',
  'doc',
  'video',
  'link',
  'wall',
  'market',
  'poll',
  'gift',
  'audio',
  'geo',
  'hologram',
];

interface ComposerProps {
  phone: PhoneControls;
  userId: number;
  isDeleted: boolean;
}

export function Composer({ phone, userId, isDeleted }: ComposerProps) {
  const say = useLabels();
  const { state, dispatch, send } = phone;
  const picker = useRef<HTMLInputElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const isAdministrator = state.writesAs === 'administrator';

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Escape') dispatch({ type: 'choseEdit', message: null });
    if (event.key !== 'Enter' || event.shiftKey || isComposing(event.nativeEvent)) return;
    event.preventDefault();
    void send();
  }

  async function onPicked(event: ChangeEvent<HTMLInputElement>): Promise<void> {
    const file = event.target.files?.[0];
    event.target.value = '';
    if (!file) return;
    try {
      await send([await uploadPhoto(userId, file)]);
    } catch (error) {
      dispatch({ type: 'failed', failure: String(error) });
    }
  }

  const label = say(isAdministrator ? 'composer.labelAdministrator' : 'composer.label');
  return (
    <div className={styles.composer}>
      <ComposerNote phone={phone} />
      <div className={styles.composerRow}>
        <input ref={picker} type="file" accept="image/*" hidden onChange={(event) => void onPicked(event)} />
        <IconButton
          label={say('composer.photo')}
          disabled={isDeleted}
          onClick={() => picker.current?.click()}
        >
          <Icon24CameraOutline />
        </IconButton>
        <OtherAttachments phone={phone} userId={userId} isDisabled={isDeleted} />
        <textarea
          ref={field}
          className={styles.field}
          rows={1}
          aria-label={label}
          placeholder={label}
          value={state.text}
          disabled={isDeleted}
          onChange={(event) => phone.typed(event.target.value)}
          onKeyDown={onKeyDown}
        />
        <IconButton
          label={say('common.send')}
          disabled={isDeleted || state.text.trim() === ''}
          onClick={() => void send()}
        >
          <Icon24Send className={styles.sendIcon} />
        </IconButton>
      </div>
    </div>
  );
}

function ComposerNote({ phone }: { phone: PhoneControls }) {
  const say = useLabels();
  const { replyTo, editing, writesAs } = phone.state;
  if (!replyTo && !editing && writesAs === 'client') return null;
  const note = replyTo
    ? say('composer.replying', { text: replyTo.text || '…' })
    : say(editing ? 'composer.editing' : 'composer.asAdministrator');
  return (
    <p className={writesAs === 'administrator' ? styles.administratorNote : styles.note}>
      <span>{note}</span>
      <button
        type="button"
        aria-label={say('common.cancel')}
        onClick={() => phone.dispatch({ type: 'choseAuthor', writesAs: 'client' })}
      >
        <Icon20Cancel />
      </button>
    </p>
  );
}

function OtherAttachments({
  phone,
  userId,
  isDisabled,
}: {
  phone: PhoneControls;
  userId: number;
  isDisabled: boolean;
}) {
  const say = useLabels();
  const [isOpen, setOpen] = useState(false);

  async function choose(type: string): Promise<void> {
    setOpen(false);
    if (type === 'geo') await phone.sendPlace();
    else await phone.send([await callControl('sampleAttachment', { type, ownerId: userId })]);
  }

  return (
    <Popover
      shown={isOpen}
      onShownChange={setOpen}
      trigger="click"
      placement="top-start"
      aria-label={say('composer.more')}
      disabled={isDisabled}
      content={
        <div className={styles.menu} role="menu">
          {otherTypes.map((type) => (
            <button key={type} type="button" role="menuitem" onClick={() => void choose(type)}>
              {say(`attachment.${type}` as LabelKey)}
            </button>
          ))}
        </div>
      }
    >
      <IconButton label={say('composer.more')} disabled={isDisabled}>
        <Icon24Attach />
      </IconButton>
    </Popover>
  );
}
