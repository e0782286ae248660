/** Where an agent writes an answer to the client or an internal note, with files and a quote. */
import { Icon24Send } from '@vkontakte/icons';
import { IconButton } from '@vkontakte/vkui';
import {
  type ClipboardEvent,
  type DragEvent,
  type KeyboardEvent,
  type RefObject,
  useRef,
  useState,
} from 'react';
import { limits } from '../../shared/limits.ts';
import type { ConversationRow } from '../../shared/schemas/conversation.ts';
import type { MessageView, QuoteView } from '../../shared/schemas/message.ts';
import { newClientToken } from '../desk/clientToken.ts';
import { useDesk } from '../desk/DeskContext.tsx';
import { usePreferences } from '../desk/PreferencesContext.tsx';
import { useSendMessage } from '../desk/sendMessage.ts';
import { useDeskData } from '../desk/useDeskData.ts';
import { useHotkeys } from '../desk/useHotkeys.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { isComposing } from '../ui/isComposing.ts';
import { AttachButton } from './AttachButton.tsx';
import { AttachedFiles } from './AttachedFiles.tsx';
import { CannedButton, CannedList } from './CannedAnswers.tsx';
import { CharsLeft } from './CharsLeft.tsx';
import styles from './Composer.module.css';
import { ComposerNotices } from './ComposerNotices.tsx';
import { ModeSwitch } from './ModeSwitch.tsx';
import { pastedFiles } from './pastedFiles.ts';
import { QuotedDraft } from './QuotedDraft.tsx';
import { UnfilledNotice } from './UnfilledNotice.tsx';
import { useAttachProblems } from './useAttachProblems.ts';
import { useAutosize } from './useAutosize.ts';
import { useCannedPicker } from './useCannedPicker.ts';
import { useDraft } from './useDraft.ts';
import { useUploads } from './useUploads.ts';
import { whyNotWrite } from './whyNotWrite.ts';

/** The server shows "is typing" for `limits.typingShownMs`; sending it twice in that time keeps it shown. */
const TYPING_EVERY_MS = limits.typingShownMs / 2;

export interface ComposerProps {
  conversation: ConversationRow;
  messages: readonly MessageView[];
  quoted: QuoteView | null;
  /** The newest place that was on the screen. */
  seenSeq: RefObject<number>;
  onQuoteDone: () => void;
}

export function Composer({ conversation, messages, quoted, seenSeq, onQuoteDone }: ComposerProps) {
  const { t } = useTranslation();
  const { connection } = useDesk();
  const { communities } = useDeskData();
  const [{ enterSends }] = usePreferences();
  const send = useSendMessage();
  const uploads = useUploads(conversation.id);
  const showProblems = useAttachProblems();
  const draft = useDraft(conversation.id, conversation.lastSeq);
  const { text, mode, sinceSeq, setText, setMode } = draft;
  const textRef = useRef<HTMLTextAreaElement>(null);
  const typedAt = useRef(0);
  const [isDropping, setIsDropping] = useState(false);
  const [isHeld, setIsHeld] = useState(false);

  const whyNot = whyNotWrite(
    conversation,
    communities.find((community) => community.id === conversation.communityId),
  );
  const isNote = mode === 'note';
  const maxChars = isNote ? limits.noteTextChars : limits.answerTextChars;
  const isBlocked = !isNote && whyNot !== null;
  const hasFailedUpload = uploads.attached.some((one) => one.failure !== null);
  const isEmpty = text.trim() === '' && (isNote || uploads.attached.length === 0);
  const canSend =
    !isBlocked && !isEmpty && text.length <= maxChars && (isNote || (!uploads.isBusy && !hasFailedUpload));

  const unfilled = isNote ? [] : (draft.canned?.places.filter((place) => text.includes(place)) ?? []);
  const canned = useCannedPicker({
    textRef,
    text,
    isOff: isNote || isBlocked,
    onInsert: draft.insertCanned,
  });

  useAutosize(textRef, text);
  useHotkeys({
    r: () => textRef.current?.focus(),
    n: () => {
      setMode('note');
      textRef.current?.focus();
    },
  });

  const submit = ({ isAsIs = false } = {}) => {
    if (!canSend) return;
    const [place] = unfilled;
    setIsHeld(place !== undefined && !isAsIs);
    if (place !== undefined && !isAsIs) {
      const at = text.indexOf(place);
      textRef.current?.focus();
      textRef.current?.setSelectionRange(at, at + place.length);
      return;
    }
    send({
      clientToken: newClientToken(),
      conversationId: conversation.id,
      kind: mode,
      text: text.trim(),
      uploads: isNote ? [] : uploads.attached.flatMap(({ upload }) => (upload ? [upload] : [])),
      replyTo: isNote ? null : quoted,
      writtenAt: new Date().toISOString(),
      ...(isNote ? {} : { seenSeq: seenSeq.current }),
      ...(isNote || !draft.canned
        ? {}
        : { cannedAnswerIds: draft.canned.ids.slice(0, limits.cannedPerAnswer) }),
    });
    setText('');
    if (!isNote) {
      uploads.clear();
      onQuoteDone();
    }
    textRef.current?.focus();
  };

  const onChange = ({ value, selectionStart }: HTMLTextAreaElement) => {
    setText(value);
    canned.moved(value, selectionStart);
    if (isNote || Date.now() - typedAt.current < TYPING_EVERY_MS) return;
    typedAt.current = Date.now();
    connection.typingIn(conversation.id);
  };

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (isComposing(event.nativeEvent) || canned.onKeyDown(event)) return;
    if (event.key === 'Enter') {
      const isCommand = event.ctrlKey || event.metaKey;
      if (isCommand || (enterSends && !event.shiftKey)) {
        event.preventDefault();
        submit();
      }
    } else if (event.key === 'Escape') {
      event.preventDefault();
      if (quoted) onQuoteDone();
      else event.currentTarget.blur();
    }
  };

  const attach = (files: Iterable<File>) => showProblems(uploads.add(files));
  const onPaste = (event: ClipboardEvent) => {
    const files = pastedFiles(event.clipboardData);
    if (isNote || isBlocked || files.length === 0) return;
    event.preventDefault();
    attach(files);
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setIsDropping(false);
    if (!isNote && !isBlocked) attach(event.dataTransfer.files);
    textRef.current?.focus();
  };

  return (
    <section
      className={styles.composer}
      data-mode={mode}
      aria-label={t('composer.label')}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes('Files')) return;
        event.preventDefault();
        setIsDropping(true);
      }}
      onDragLeave={() => setIsDropping(false)}
      onDrop={onDrop}
    >
      <ComposerNotices
        whyNot={isNote ? null : whyNot}
        messages={messages}
        sinceSeq={text === '' || isNote ? null : sinceSeq}
      />
      {isHeld && unfilled.length > 0 && (
        <UnfilledNotice places={unfilled} onSend={() => submit({ isAsIs: true })} />
      )}
      {canned.isOpen && <CannedList canned={canned} clientName={conversation.client.name} />}
      {!isNote && quoted && (
        <QuotedDraft quote={quoted} clientName={conversation.client.name} onCancel={onQuoteDone} />
      )}
      {!isNote && <AttachedFiles uploads={uploads} />}
      <div className={styles.row}>
        {!isNote && <AttachButton isDisabled={isBlocked} onFiles={attach} />}
        {!isNote && <CannedButton canned={canned} isDisabled={isBlocked} />}
        <textarea
          id="composer-text"
          ref={textRef}
          className={styles.text}
          rows={1}
          dir="auto"
          value={text}
          disabled={isBlocked}
          placeholder={t(isNote ? 'composer.placeholder.note' : 'composer.placeholder.answer')}
          aria-label={t(isNote ? 'composer.placeholder.note' : 'composer.placeholder.answer')}
          aria-describedby="composer-hint"
          {...canned.fieldProps}
          onChange={(event) => onChange(event.target)}
          onSelect={({ currentTarget }) => canned.moved(currentTarget.value, currentTarget.selectionStart)}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
        />
        <IconButton
          className={styles.send}
          label={t(isNote ? 'composer.addNote' : 'composer.send')}
          disabled={!canSend}
          onClick={() => submit()}
        >
          <Icon24Send />
        </IconButton>
      </div>
      <div className={styles.foot}>
        <ModeSwitch mode={mode} onChange={setMode} />
        <CharsLeft chars={text.length} maxChars={maxChars} />
        <span id="composer-hint" className={styles.hint}>
          {!isNote && uploads.isBusy
            ? t('composer.waitForUploads')
            : t(enterSends ? 'composer.hint.enter' : 'composer.hint.ctrlEnter')}
        </span>
      </div>
      {isDropping && !isNote && <div className={styles.drop}>{t('composer.drop')}</div>}
    </section>
  );
}
