/** The company's name, its time zone and its sending hours. */
import { useQueryClient } from '@tanstack/react-query';
import { Button, Checkbox, FormItem, FormStatus, Input, NativeSelect } from '@vkontakte/vkui';
import { type FormEvent, useId, useMemo, useState } from 'react';
import {
  type CompanyPatch,
  type CompanyView,
  companyLimits,
  type SendingHours,
} from '../../shared/schemas/company.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { useSaving } from '../ui/useSaving.ts';
import styles from './CompanyPage.module.css';
import { call, storeCompany } from './companyData.ts';
import { HoursFields, type HoursProblem, hoursProblem } from './HoursFields.tsx';
import { offsetText, otherZones, russianZones } from './timeZones.ts';

const usualHours: SendingHours = { fromMinute: 9 * 60, toMinute: 21 * 60, daysOfWeek: [1, 2, 3, 4, 5, 6, 7] };

export function CompanyForm({ company }: { company: CompanyView }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const id = useId();
  const { isSaving, problem, save } = useSaving();
  const [name, setName] = useState(company.name);
  const [timeZone, setTimeZone] = useState(company.timeZone);
  const [isLimited, setIsLimited] = useState(company.sendingHours !== null);
  const [hours, setHours] = useState(company.sendingHours ?? usualHours);
  const [wrong, setWrong] = useState<HoursProblem | null>(null);
  const zones = useMemo(() => otherZones(company.timeZone), [company.timeZone]);

  const sendingHours = isLimited ? hours : null;
  // Sends only changed fields: the audit shows exactly those, and another person's changes stay.
  const changes: CompanyPatch = {
    ...(name.trim() === company.name ? {} : { name: name.trim() }),
    ...(timeZone === company.timeZone ? {} : { timeZone }),
    ...(isSame(sendingHours, company.sendingHours) ? {} : { sendingHours }),
  };

  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    const hoursError = isLimited ? hoursProblem(hours) : null;
    setWrong(hoursError);
    if (hoursError) return;
    void save(async () => storeCompany(queries, await call('changeCompany', { body: changes })));
  };

  return (
    <form className={`${styles.card} ${styles.form}`} onSubmit={onSubmit}>
      {problem && <FormStatus mode="error" title={t('actions.failed', { reason: problem })} />}
      <FormItem noPadding top={t('company.name')} htmlFor={`${id}-name`}>
        <Input
          id={`${id}-name`}
          required
          maxLength={companyLimits.nameChars}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
      </FormItem>
      <FormItem noPadding top={t('company.timeZone')} htmlFor={`${id}-zone`}>
        <NativeSelect
          id={`${id}-zone`}
          value={timeZone}
          onChange={(event) => setTimeZone(event.target.value)}
        >
          <optgroup label={t('company.zones.russia')}>
            {russianZones.map((zone) => (
              <option key={zone} value={zone}>
                {`${t(`company.zone.${zone}`)} (${offsetText(zone)})`}
              </option>
            ))}
          </optgroup>
          <optgroup label={t('company.zones.others')}>
            {zones.map((zone) => (
              <option key={zone} value={zone}>
                {`${zone} (${offsetText(zone)})`}
              </option>
            ))}
          </optgroup>
        </NativeSelect>
      </FormItem>
      <div>
        <Checkbox checked={isLimited} onChange={(event) => setIsLimited(event.target.checked)}>
          {t('company.hours.on')}
        </Checkbox>
        {isLimited && (
          <HoursFields
            hours={hours}
            wrong={wrong}
            onChange={(changed) => {
              setHours(changed);
              setWrong(null);
            }}
          />
        )}
      </div>
      <Button type="submit" size="l" loading={isSaving} disabled={Object.keys(changes).length === 0}>
        {t('common.save')}
      </Button>
    </form>
  );
}

function isSame(a: SendingHours | null, b: SendingHours | null): boolean {
  if (a === null || b === null) return a === b;
  return (
    a.fromMinute === b.fromMinute &&
    a.toMinute === b.toMinute &&
    [...a.daysOfWeek].sort().join() === [...b.daysOfWeek].sort().join()
  );
}
