/** Makes many clients write at once, and shows how many have. */
import { Button, FormItem, Input, Progress } from '@vkontakte/vkui';
import { type FormEvent, useEffect, useState } from 'react';
import type { BurstProgress } from '../../shared/sandbox.ts';
import { callControl } from './controlClient.ts';
import { useLabels } from './labels.ts';
import styles from './page.module.css';

const askEveryMs = 300;

export function BurstForm({ groupId }: { groupId: number }) {
  const say = useLabels();
  const [progress, setProgress] = useState<BurstProgress | null>(null);

  useEffect(() => {
    if (!progress || progress.isDone) return undefined;
    const timer = setTimeout(() => {
      void callControl('burstProgress', { burstId: progress.burstId }).then(setProgress);
    }, askEveryMs);
    return () => clearTimeout(timer);
  }, [progress]);

  async function start(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const number = (name: string) => Number(fields.get(name));
    const plan = {
      groupId,
      users: number('users'),
      messages: number('messages'),
      ratePerSecond: number('rate'),
    };
    setProgress(await callControl('burst', plan));
  }

  return (
    <form onSubmit={(event) => void start(event)}>
      <h3 className={styles.sectionTitle}>{say('faults.burst')}</h3>
      <div className={styles.burst}>
        <FormItem top={say('faults.burstMessages')} htmlFor="burst-messages" noPadding>
          <Input
            id="burst-messages"
            name="messages"
            type="number"
            min={1}
            max={100_000}
            defaultValue={100}
            required
          />
        </FormItem>
        <FormItem top={say('faults.burstRate')} htmlFor="burst-rate" noPadding>
          <Input id="burst-rate" name="rate" type="number" min={1} max={5000} defaultValue={20} required />
        </FormItem>
        <FormItem top={say('faults.burstClients')} htmlFor="burst-users" noPadding>
          <Input id="burst-users" name="users" type="number" min={1} max={5000} defaultValue={10} required />
        </FormItem>
      </div>
      <div className={styles.panelAction}>
        <Button
          stretched
          mode="outline"
          size="m"
          type="submit"
          disabled={progress !== null && !progress.isDone}
        >
          {say('faults.burstStart')}
        </Button>
      </div>
      {progress && (
        <div className={styles.panelAction}>
          <p role="status">{say('faults.burstProgress', { sent: progress.sent, total: progress.total })}</p>
          <Progress aria-hidden value={(100 * progress.sent) / progress.total} />
        </div>
      )}
    </form>
  );
}
