/** Finds a client by phone, page or user id, and lets the agent choose one of the results. */
import { Button, FormItem, Input } from '@vkontakte/vkui';
import { type FormEvent, useId, useState } from 'react';
import type { FoundClient } from '../../shared/schemas/client.ts';
import { call } from '../desk/call.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Problem } from '../ui/Problem.tsx';
import { useFocusOnce } from '../ui/useFocusOnce.ts';
import { useOneAtATime } from '../ui/useOneAtATime.ts';
import styles from './ClientDialogs.module.css';
import { FoundClientCard } from './FoundClientCard.tsx';

export interface FindClientProps {
  /** The client of the card; the search is for the other one. */
  exceptId: string;
  onFound: (found: FoundClient) => void;
  onClose: () => void;
}

export function FindClient({ exceptId, onFound, onClose }: FindClientProps) {
  const { t } = useTranslation();
  const id = useId();
  const { isBusy, problem, run } = useOneAtATime();
  const input = useFocusOnce<HTMLInputElement>();
  const [text, setText] = useState('');
  const [found, setFound] = useState<FoundClient[] | null>(null);
  const [chosenId, setChosenId] = useState<string | null>(null);
  const others = found?.filter((one) => one.id !== exceptId) ?? [];
  const chosen = others.find((one) => one.id === chosenId);

  const find = (event: FormEvent) => {
    event.preventDefault();
    void run(async () => {
      const { clients } = await call('findClients', { body: { text: text.trim() } });
      const first = clients.filter((one) => one.id !== exceptId);
      setFound(clients);
      setChosenId(first.length === 1 ? (first[0]?.id ?? null) : null);
    });
  };
  const finding = () => {
    if (found === null) return null;
    if (others.length > 0) return t('client.find.found', { count: others.length });
    return t(found.length > 0 ? 'client.find.same' : 'client.find.none');
  };

  return (
    <>
      <form onSubmit={find}>
        <FormItem
          noPadding
          top={t('client.find.label')}
          htmlFor={`${id}-text`}
          bottom={t('client.find.hint')}
          bottomId={`${id}-hint`}
        >
          <div className={styles.search}>
            <Input
              id={`${id}-text`}
              className={styles.searchText}
              autoComplete="off"
              required
              minLength={3}
              maxLength={200}
              enterKeyHint="search"
              slotProps={{ input: { getRootRef: input, 'aria-describedby': `${id}-hint` } }}
              value={text}
              onChange={(event) => {
                setText(event.target.value);
                setFound(null);
              }}
            />
            <Button
              type="submit"
              size="l"
              mode="secondary"
              loading={isBusy}
              disabled={text.trim().length < 3}
            >
              {t('client.find.do')}
            </Button>
          </div>
        </FormItem>
      </form>
      {problem && <Problem message={t('actions.failed', { reason: problem })} />}
      <div role="status">{found !== null && <p className={styles.finding}>{finding()}</p>}</div>
      {others.length > 0 && (
        <fieldset className={styles.choices}>
          <legend className={styles.hidden}>{t('client.find.choose')}</legend>
          {others.map((one) => (
            <label key={one.id} className={styles.choice}>
              <input
                type="radio"
                name={`${id}-chosen`}
                checked={one.id === chosenId}
                onChange={() => setChosenId(one.id)}
              />
              <FoundClientCard found={one} />
            </label>
          ))}
        </fieldset>
      )}
      <div className={styles.buttons}>
        {others.length > 0 && (
          <Button size="l" disabled={!chosen} onClick={() => chosen && onFound(chosen)}>
            {t('common.next')}
          </Button>
        )}
        <Button size="l" mode="secondary" onClick={onClose}>
          {t('common.cancel')}
        </Button>
      </div>
    </>
  );
}
