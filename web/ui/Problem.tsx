/** Why a form was refused; an alert that screen readers announce when it appears. */
import { FormStatus } from '@vkontakte/vkui';
import styles from './Problem.module.css';

export function Problem({ message }: { message: string }) {
  return (
    <div className={styles.problem}>
      <FormStatus mode="error" title={message} />
    </div>
  );
}
