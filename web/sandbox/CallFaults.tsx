/** Errors and cut connections by API method: adds one, shows how many times it still applies, removes it. */
import { Icon20Cancel } from '@vkontakte/icons';
import { Button, IconButton, NativeSelect } from '@vkontakte/vkui';
import { useState } from 'react';
import type { Faults } from '../../shared/sandbox.ts';
import { type LabelKey, useLabels } from './labels.ts';
import styles from './page.module.css';

const methods = [
  '*',
  'messages.send',
  'messages.markAsRead',
  'messages.setActivity',
  'messages.edit',
  'messages.getHistory',
  'messages.getConversations',
  'groups.getLongPollServer',
  'users.get',
  'photos.saveMessagesPhoto',
];
const codes = [1, 5, 6, 7, 9, 10, 14, 15, 18, 27, 29, 900, 901, 902];
const counts = ['1', '3', '10', ''];

interface CallFaultsProps {
  faults: Faults;
  onChange: (changes: Partial<Faults>) => void;
}

export function CallFaults({ faults, onChange }: CallFaultsProps) {
  const say = useLabels();
  const [method, setMethod] = useState('messages.send');
  const [code, setCode] = useState(9);
  const [when, setWhen] = useState<'before' | 'after'>('after');
  const [times, setTimes] = useState('1');
  const limit = times === '' ? {} : { times: Number(times) };
  const methodName = (name: string) => (name === '*' ? say('faults.anyMethod') : name);
  const left = (count: number | undefined) => count ?? say('faults.always');
  const without = <Item,>(list: Item[], index: number) => list.filter((_item, other) => other !== index);

  return (
    <>
      <h3 className={styles.sectionTitle}>{say('faults.calls')}</h3>
      <div className={styles.callForm}>
        <Choice
          label={say('faults.method')}
          value={method}
          options={methods}
          name={methodName}
          onChange={setMethod}
        />
        <Choice
          label={say('faults.times')}
          value={times}
          options={counts}
          name={(count) => count || say('faults.always')}
          onChange={setTimes}
        />
        <Choice
          label={say('faults.code')}
          value={String(code)}
          options={codes.map(String)}
          name={(known) => `${known}: ${say(`error.${known}` as LabelKey)}`}
          onChange={(chosen) => setCode(Number(chosen))}
        />
        <Button
          mode="outline"
          size="m"
          onClick={() => onChange({ apiErrors: [...faults.apiErrors, { method, code, ...limit }] })}
        >
          {say('faults.addError')}
        </Button>
        <Choice
          label={say('faults.cut')}
          value={when}
          options={['before', 'after']}
          name={(choice) => say(choice === 'before' ? 'faults.cutBefore' : 'faults.cutAfter')}
          onChange={(chosen) => setWhen(chosen === 'before' ? 'before' : 'after')}
        />
        <Button
          mode="outline"
          size="m"
          onClick={() => onChange({ cuts: [...faults.cuts, { method, when, ...limit }] })}
        >
          {say('faults.addCut')}
        </Button>
      </div>
      <ul className={styles.active}>
        {faults.apiErrors.map((fault, index) => (
          <Active
            // biome-ignore lint/suspicious/noArrayIndexKey: equal faults may stand side by side
            key={`error-${index}`}
            text={say('faults.activeError', {
              method: methodName(fault.method),
              code: fault.code,
              times: left(fault.times),
            })}
            onRemove={() => onChange({ apiErrors: without(faults.apiErrors, index) })}
          />
        ))}
        {faults.cuts.map((fault, index) => (
          <Active
            // biome-ignore lint/suspicious/noArrayIndexKey: as above
            key={`cut-${index}`}
            text={say('faults.activeCut', {
              method: methodName(fault.method),
              when: say(fault.when === 'before' ? 'faults.cutBefore' : 'faults.cutAfter'),
              times: left(fault.times),
            })}
            onRemove={() => onChange({ cuts: without(faults.cuts, index) })}
          />
        ))}
      </ul>
    </>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  options: readonly string[];
  name: (option: string) => string;
  onChange: (option: string) => void;
}

function Choice({ label, value, options, name, onChange }: ChoiceProps) {
  return (
    <NativeSelect
      slotProps={{ select: { 'aria-label': label } }}
      title={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    >
      {options.map((option) => (
        <option key={option} value={option}>
          {name(option)}
        </option>
      ))}
    </NativeSelect>
  );
}

function Active({ text, onRemove }: { text: string; onRemove: () => void }) {
  const say = useLabels();
  return (
    <li>
      <span>{text}</span>
      <IconButton label={say('common.remove')} onClick={onRemove}>
        <Icon20Cancel />
      </IconButton>
    </li>
  );
}
