/** Adds a person with a first password, which the administrator passes on. */
import { useQueryClient } from '@tanstack/react-query';
import { Button, FormItem, Input, NativeSelect } from '@vkontakte/vkui';
import type { FormEvent } from 'react';
import { limits } from '../../shared/limits.ts';
import { role, roles } from '../../shared/schemas/person.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { Problem } from '../ui/Problem.tsx';
import { useSaving } from '../ui/useSaving.ts';
import { call, storePerson } from './settingsData.ts';

export function AddPersonDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { isSaving, problem, save } = useSaving();
  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const value = (name: string) => String(form.get(name) ?? '');
    const isAdded = await save(async () => {
      const person = await call('addPerson', {
        body: {
          name: value('name'),
          email: value('email'),
          password: value('password'),
          role: role.parse(value('role')),
        },
      });
      storePerson(queries, person);
    });
    if (isAdded) onClose();
  };
  return (
    <Dialog title={t('people.add')} onClose={onClose}>
      <form onSubmit={onSubmit}>
        {problem && <Problem message={t('actions.failed', { reason: problem })} />}
        <FormItem noPadding top={t('people.name')} htmlFor="new-person-name">
          <Input id="new-person-name" name="name" required maxLength={limits.personNameChars} />
        </FormItem>
        <FormItem noPadding top={t('people.email')} htmlFor="new-person-email">
          <Input id="new-person-email" name="email" type="email" required autoComplete="off" />
        </FormItem>
        <FormItem
          noPadding
          top={t('people.password.first')}
          htmlFor="new-person-password"
          bottom={t('people.password.hint', { min: limits.passwordCharsMin })}
        >
          <Input
            id="new-person-password"
            name="password"
            type="password"
            required
            minLength={limits.passwordCharsMin}
            maxLength={limits.passwordCharsMax}
            autoComplete="new-password"
          />
        </FormItem>
        <FormItem noPadding top={t('people.role')} htmlFor="new-person-role">
          <NativeSelect id="new-person-role" name="role" defaultValue="agent">
            {roles.map((one) => (
              <option key={one} value={one}>
                {t(`role.${one}`)}
              </option>
            ))}
          </NativeSelect>
        </FormItem>
        <Button type="submit" size="l" stretched loading={isSaving} style={{ marginTop: 16 }}>
          {t('people.create')}
        </Button>
      </form>
    </Dialog>
  );
}
