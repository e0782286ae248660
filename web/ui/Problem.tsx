/** Why a form was not taken; said aloud when it appears. */
import { FormStatus } from '@vkontakte/vkui';
import styles from './Problem.module.css';

export function Problem({ words }: { words: string }) {
  return (
    <div role="alert" className={styles.problem}>
      <FormStatus mode="error" title={words} />
    </div>
  );
}
