/** Filters a journal: everyone's lines, or one person's. */
import { NativeSelect } from '@vkontakte/vkui';
import { useDeskData } from '../desk/useDeskData.ts';

export interface PersonFilterProps {
  label: string;
  everyone: string;
  className: string | undefined;
  personId: string | undefined;
  onChange(personId: string | undefined): void;
}

export function PersonFilter({ label, everyone, className, personId, onChange }: PersonFilterProps) {
  const { people } = useDeskData();
  return (
    <NativeSelect
      {...(className === undefined ? {} : { className })}
      slotProps={{ select: { 'aria-label': label } }}
      value={personId ?? ''}
      onChange={(event) => onChange(event.target.value || undefined)}
    >
      <option value="">{everyone}</option>
      {people.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </NativeSelect>
  );
}
