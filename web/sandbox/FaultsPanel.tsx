/** Every fault of the sandbox, described for people, with its switch, number or button. */
import { Icon24Dismiss } from '@vkontakte/icons';
import { Button, IconButton } from '@vkontakte/vkui';
import type { Faults } from '../../shared/sandbox.ts';
import { BurstForm } from './BurstForm.tsx';
import { CallFaults } from './CallFaults.tsx';
import { callControl } from './controlClient.ts';
import { FaultButton, FaultCountButton, FaultSelect, FaultSwitch } from './faultControls.tsx';
import { useLabels } from './labels.ts';
import styles from './page.module.css';
import { StatusFaults } from './StatusFaults.tsx';

interface FaultsPanelProps {
  faults: Faults;
  groupId: number;
  onClose: () => void;
}

const delaysMs = [0, 300, 1000, 3000, 15_000];
const repeats = [1, 2, 3, 5];
/** Large enough to reorder visibly, small enough not to hold events for long. */
const usualShuffle = { seed: 1, windowSize: 5 };

export function FaultsPanel({ faults, groupId, onClose }: FaultsPanelProps) {
  const say = useLabels();
  const set = (changes: Partial<Faults>) => void callControl('setFaults', changes);
  const suppress = (type: string, isOn: boolean) => {
    const others = faults.suppressEvents.filter((known) => known !== type);
    set({ suppressEvents: isOn ? [...others, type] : others });
  };
  const fail = (failed: 1 | 2 | 3, times: number) =>
    set({ longPollFailed: [...faults.longPollFailed, { failed, times }] });

  return (
    <aside className={styles.panel} aria-label={say('faults.title')}>
      <header className={styles.panelHead}>
        <h2 className={styles.panelTitle}>{say('faults.title')}</h2>
        <IconButton label={say('common.close')} onClick={onClose}>
          <Icon24Dismiss />
        </IconButton>
      </header>
      <p className={styles.panelLead}>{say('faults.lead')}</p>
      <div className={styles.panelAction}>
        <Button stretched mode="secondary" onClick={() => void callControl('clearFaults', {})}>
          {say('faults.clear')}
        </Button>
      </div>

      <h3 className={styles.sectionTitle}>{say('faults.network')}</h3>
      <FaultSwitch
        label={say('faults.networkOff')}
        isOn={faults.networkOff}
        onChange={(networkOff) => set({ networkOff })}
      />
      <FaultSwitch
        label={say('faults.tokenInvalid')}
        isOn={faults.tokenInvalid}
        onChange={(tokenInvalid) => set({ tokenInvalid })}
      />
      <FaultSelect
        label={say('faults.slow')}
        value={faults.slowAnswersMs}
        options={delaysMs.map((ms) => [ms, ms === 0 ? say('faults.slowNone') : say('faults.slowMs', { ms })])}
        onChange={(slowAnswersMs) => set({ slowAnswersMs })}
      />

      <h3 className={styles.sectionTitle}>{say('faults.longPoll')}</h3>
      <FaultCountButton label={say('faults.failed1')} onRun={(times) => fail(1, times)} />
      <FaultCountButton label={say('faults.failed2')} onRun={(times) => fail(2, times)} />
      <FaultCountButton label={say('faults.failed3')} onRun={(times) => fail(3, times)} />
      <FaultButton
        label={say('faults.dropQueue')}
        onRun={() => void callControl('dropEventQueue', { groupId })}
      />
      <FaultButton
        label={say('faults.expireKeys')}
        onRun={() => void callControl('expireLongPollKeys', { groupId })}
      />
      <FaultCountButton
        label={say('faults.cutLongPoll')}
        onRun={(times) => set({ cuts: [...faults.cuts, { method: 'longPoll', when: 'after', times }] })}
      />

      <h3 className={styles.sectionTitle}>{say('faults.events')}</h3>
      <FaultCountButton label={say('faults.lose')} onRun={(loseEvents) => set({ loseEvents })} />
      <FaultSelect
        label={say('faults.repeat')}
        value={faults.repeatEvents}
        options={repeats.map((count) => [count, say('faults.repeatTimes', { count })])}
        onChange={(repeatEvents) => set({ repeatEvents })}
      />
      <FaultSwitch
        label={say('faults.shuffle')}
        isOn={faults.shuffleEvents !== null}
        onChange={(isOn) => set({ shuffleEvents: isOn ? usualShuffle : null })}
      />
      <FaultSwitch
        label={say('faults.split')}
        isOn={faults.splitTransports}
        onChange={(splitTransports) => set({ splitTransports })}
      />
      <FaultSwitch
        label={say('faults.noRead')}
        isOn={faults.suppressEvents.includes('message_read')}
        onChange={(isOn) => suppress('message_read', isOn)}
      />
      <FaultSwitch
        label={say('faults.noTyping')}
        isOn={faults.suppressEvents.includes('message_typing_state')}
        onChange={(isOn) => suppress('message_typing_state', isOn)}
      />
      <FaultSwitch
        label={say('faults.omitRandomId')}
        isOn={faults.omitRandomId}
        onChange={(omitRandomId) => set({ omitRandomId })}
      />
      <FaultSwitch
        label={say('faults.crop')}
        isOn={faults.cropMessages}
        onChange={(cropMessages) => set({ cropMessages })}
      />
      <FaultButton
        label={say('faults.unknownEvent')}
        onRun={() =>
          void callControl('emitRaw', { groupId, type: 'holiday_new', object: { id: 1, title: 'Праздник' } })
        }
      />

      <StatusFaults faults={faults} onChange={set} />
      <CallFaults faults={faults} onChange={set} />
      <BurstForm groupId={groupId} />
    </aside>
  );
}
