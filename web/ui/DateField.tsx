/**
 * A day that goes into the address. The address changes later than the key was pressed, and would undo what is being
 * typed: so the field holds what is typed, and passes on whole days only.
 */
import { Input } from '@vkontakte/vkui';
import { useState } from 'react';

export interface DateFieldProps {
  id: string;
  /** A day such as 2027-01-08, or an empty text. */
  value: string;
  /** Called with a whole day, or with an empty text when the field holds none. */
  onChange(day: string): void;
}

/** While a year is typed, its first digits are years of the first centuries. */
const FIRST_YEAR = '1900';

export function DateField({ id, value, onChange }: DateFieldProps) {
  const [typed, setTyped] = useState(value);
  const [given, setGiven] = useState(value);
  // A link or "Clear filters" brings another day.
  if (value !== given) {
    setGiven(value);
    setTyped(value);
  }
  return (
    <Input
      id={id}
      type="date"
      value={typed}
      onChange={({ target }) => {
        setTyped(target.value);
        if (target.value === '' || target.value >= FIRST_YEAR) onChange(target.value);
      }}
      // What was not passed on is not shown either.
      onBlur={() => setTyped(value)}
    />
  );
}
