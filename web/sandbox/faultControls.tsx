/** The four controls of a fault on the panel: a switch, a choice, a button, a button with a number. */
import { Button, Input, NativeSelect } from '@vkontakte/vkui';
import { useId, useState } from 'react';
import { LabelledSwitch } from './LabelledSwitch.tsx';
import { useLabels } from './labels.ts';
import styles from './page.module.css';

interface FaultSwitchProps {
  label: string;
  isOn: boolean;
  onChange: (isOn: boolean) => void;
}

export function FaultSwitch(props: FaultSwitchProps) {
  return <LabelledSwitch className={styles.fault} {...props} />;
}

interface FaultSelectProps {
  label: string;
  value: number;
  options: [number, string][];
  onChange: (value: number) => void;
}

export function FaultSelect({ label, value, options, onChange }: FaultSelectProps) {
  const id = useId();
  return (
    <label className={styles.fault} htmlFor={id}>
      <span>{label}</span>
      <span className={styles.short}>
        <NativeSelect
          id={id}
          value={String(value)}
          onChange={(event) => onChange(Number(event.target.value))}
        >
          {options.map(([option, text]) => (
            <option key={option} value={option}>
              {text}
            </option>
          ))}
        </NativeSelect>
      </span>
    </label>
  );
}

export function FaultButton({ label, onRun }: { label: string; onRun: () => void }) {
  const say = useLabels();
  return (
    <div className={styles.fault}>
      <span>{label}</span>
      <Button mode="outline" size="s" aria-label={`${say('faults.now')}: ${label}`} onClick={onRun}>
        {say('faults.now')}
      </Button>
    </div>
  );
}

export function FaultCountButton({ label, onRun }: { label: string; onRun: (times: number) => void }) {
  const say = useLabels();
  const [times, setTimes] = useState('1');
  const count = Number(times);
  const isUsable = Number.isInteger(count) && count >= 1;
  return (
    <div className={styles.fault}>
      <span>{label}</span>
      <span className={styles.countLine}>
        <span className={styles.count}>
          <Input
            type="number"
            min={1}
            slotProps={{ input: { 'aria-label': `${say('faults.times')}: ${label}` } }}
            value={times}
            onChange={(event) => setTimes(event.target.value)}
          />
        </span>
        <Button
          mode="outline"
          size="s"
          disabled={!isUsable}
          aria-label={`${say('faults.now')}: ${label}`}
          onClick={() => onRun(count)}
        >
          {say('faults.now')}
        </Button>
      </span>
    </div>
  );
}
