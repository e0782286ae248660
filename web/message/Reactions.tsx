/** Reactions under a message, with their authors. */

import type { MessageView } from '../../shared/schemas/message.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import styles from './Reactions.module.css';
import { reactionSign } from './reactionSigns.ts';

export function Reactions({ reactions }: { reactions: MessageView['reactions'] }) {
  const { t } = useTranslation();
  if (reactions.length === 0) return null;
  return (
    <ul className={styles.reactions}>
      {reactions.map(({ reactionId, by }) => (
        <li
          key={`${by}-${reactionId}`}
          className={styles.reaction}
          data-by={by}
          title={t(`message.reaction.${by}`)}
        >
          <span role="img" aria-label={`${t(`message.reaction.${by}`)}: ${reactionSign(reactionId)}`}>
            {reactionSign(reactionId)}
          </span>
        </li>
      ))}
    </ul>
  );
}
