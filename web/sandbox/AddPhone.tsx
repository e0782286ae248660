/** Puts another phone on the screen: of an existing client, or of a new one. */
import { Icon24Dismiss } from '@vkontakte/icons';
import { Button, FormItem, IconButton, Input, NativeSelect } from '@vkontakte/vkui';
import { type FormEvent, useState } from 'react';
import type { UserView } from '../../shared/sandbox.ts';
import { Problem } from '../ui/Problem.tsx';
import { callControl } from './controlClient.ts';
import { useLabels } from './labels.ts';
import styles from './page.module.css';

interface AddPhoneProps {
  users: readonly UserView[];
  shownIds: readonly number[];
  onShow: (userId: number) => void;
  onClose: () => void;
}

/** A burst may have made thousands of clients; this many are enough to choose from. */
const listedUsers = 100;

export function AddPhone({ users, shownIds, onShow, onClose }: AddPhoneProps) {
  const say = useLabels();
  const hidden = users.filter(({ userId }) => !shownIds.includes(userId)).slice(0, listedUsers);
  const [chosen, setChosen] = useState('');
  const [failure, setFailure] = useState<string | null>(null);
  const nextId = Math.max(2000, ...users.map(({ userId }) => userId).filter((id) => id < 900_000_000)) + 1;

  async function create(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const form = event.currentTarget;
    const fields = new FormData(form);
    const about = {
      userId: nextId,
      firstName: String(fields.get('firstName')).trim(),
      lastName: String(fields.get('lastName')).trim(),
      phone: String(fields.get('phone')).trim(),
    };
    try {
      await callControl('createUser', about);
      onShow(about.userId);
      form.reset();
      setFailure(null);
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    }
  }

  return (
    <aside className={styles.panel} aria-label={say('add.title')}>
      <header className={styles.panelHead}>
        <h2 className={styles.panelTitle}>{say('add.title')}</h2>
        <IconButton label={say('common.close')} onClick={onClose}>
          <Icon24Dismiss />
        </IconButton>
      </header>
      {hidden.length > 0 && (
        <FormItem top={say('add.existing')} htmlFor="existing-client">
          <div className={styles.line}>
            <NativeSelect
              id="existing-client"
              value={chosen}
              onChange={(event) => setChosen(event.target.value)}
            >
              <option value="">—</option>
              {hidden.map(({ userId, firstName, lastName }) => (
                <option key={userId} value={userId}>
                  {firstName} {lastName}
                </option>
              ))}
            </NativeSelect>
            <Button size="l" disabled={chosen === ''} onClick={() => onShow(Number(chosen))}>
              {say('add.show')}
            </Button>
          </div>
        </FormItem>
      )}
      <form onSubmit={(event) => void create(event)}>
        <h3 className={styles.sectionTitle}>{say('add.new')}</h3>
        {failure && <Problem message={failure} />}
        <FormItem top={say('add.firstName')} htmlFor="first-name">
          <Input id="first-name" name="firstName" required maxLength={60} />
        </FormItem>
        <FormItem top={say('add.lastName')} htmlFor="last-name">
          <Input id="last-name" name="lastName" maxLength={60} />
        </FormItem>
        <FormItem top={say('add.phone')} htmlFor="phone-number">
          <Input
            id="phone-number"
            name="phone"
            type="tel"
            required
            pattern="\+[0-9]{8,15}"
            key={nextId}
            defaultValue={`+7999${String(nextId).padStart(7, '0')}`}
          />
        </FormItem>
        <FormItem>
          <Button size="l" stretched type="submit">
            {say('add.create')}
          </Button>
        </FormItem>
      </form>
    </aside>
  );
}
