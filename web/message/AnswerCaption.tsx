/** Above a reply to a service message: that it is one, and how it was matched (N6, matching). */
import { Icon16ReplyOutline } from '@vkontakte/icons';
import type { MessageView } from '../../shared/schemas/message.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import styles from './AnswerCaption.module.css';
import { Quote } from './Quote.tsx';

export interface AnswerCaptionProps {
  message: MessageView;
  answers: NonNullable<MessageView['answers']>;
  clientName: string;
  onJump: (messageId: string) => void;
}

export function AnswerCaption({ message, answers, clientName, onJump }: AnswerCaptionProps) {
  const { t } = useTranslation();
  const { replyTo } = message;
  // The client may have quoted another message than the matched one; then both have a link.
  const isQuoted = replyTo?.messageId === answers.messageId;
  const entry = {
    messageId: answers.messageId,
    authorName: '',
    text: t('service.toEntry'),
    attachmentKinds: [],
  };
  return (
    <>
      {!isQuoted && replyTo && <Quote quote={replyTo} clientName={clientName} onJump={onJump} />}
      <p className={styles.caption}>
        <Icon16ReplyOutline aria-hidden />
        <span>{t(`service.answers.${answers.by}`)}</span>
      </p>
      <Quote quote={isQuoted ? replyTo : entry} clientName={clientName} onJump={onJump} />
    </>
  );
}
