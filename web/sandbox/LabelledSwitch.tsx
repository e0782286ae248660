/** A switch with its label; a click anywhere on the line toggles it. */
import { Switch } from '@vkontakte/vkui';
import { useId } from 'react';

interface LabelledSwitchProps {
  label: string;
  isOn: boolean;
  isDisabled?: boolean;
  className: string | undefined;
  onChange: (isOn: boolean) => void;
}

export function LabelledSwitch({ label, isOn, isDisabled, className, onChange }: LabelledSwitchProps) {
  const id = useId();
  return (
    <label className={className} htmlFor={id}>
      <span>{label}</span>
      <Switch id={id} checked={isOn} disabled={isDisabled} onChange={() => onChange(!isOn)} />
    </label>
  );
}
