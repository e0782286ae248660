/** Faults of the statuses that the gateway posts for service messages. */
import type { Faults } from '../../shared/sandbox.ts';
import { FaultCountButton, FaultSelect, FaultSwitch } from './faultControls.tsx';
import { useLabels } from './labels.ts';
import styles from './page.module.css';

const delaysMs = [0, 1000, 5000, 30_000];
const repeats = [1, 2, 3, 5];
/** A status that the gateway's documents do not name. */
const UNKNOWN_STATUS = 'PARTLY_DELIVERED';

export function StatusFaults({
  faults,
  onChange,
}: {
  faults: Faults;
  onChange: (changes: Partial<Faults>) => void;
}) {
  const say = useLabels();
  return (
    <>
      <h3 className={styles.sectionTitle}>{say('faults.statuses')}</h3>
      <FaultCountButton label={say('faults.statusLose')} onRun={(statusLose) => onChange({ statusLose })} />
      <FaultSelect
        label={say('faults.statusRepeat')}
        value={faults.statusRepeats}
        options={repeats.map((count) => [count, say('faults.repeatTimes', { count })])}
        onChange={(statusRepeats) => onChange({ statusRepeats })}
      />
      <FaultSelect
        label={say('faults.statusDelay')}
        value={faults.statusDelayMs}
        options={delaysMs.map((ms) => [ms, ms === 0 ? say('faults.slowNone') : say('faults.slowMs', { ms })])}
        onChange={(statusDelayMs) => onChange({ statusDelayMs })}
      />
      <FaultSwitch
        label={say('faults.statusReverse')}
        isOn={faults.statusReverse}
        onChange={(statusReverse) => onChange({ statusReverse })}
      />
      <FaultSwitch
        label={say('faults.statusExtraWord')}
        isOn={faults.statusExtraWord !== null}
        onChange={(isOn) => onChange({ statusExtraWord: isOn ? UNKNOWN_STATUS : null })}
      />
    </>
  );
}
