/** One person: role, new password, activate and deactivate. */
import { useQueryClient } from '@tanstack/react-query';
import { Button, Input, NativeSelect } from '@vkontakte/vkui';
import { type FormEvent, useState } from 'react';
import type { z } from 'zod';
import { limits } from '../../shared/limits.ts';
import { type PersonAccount, type personPatch, role, roles } from '../../shared/schemas/person.ts';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Face } from '../ui/Face.tsx';
import { useSaving } from '../ui/useSaving.ts';
import styles from './PersonRow.module.css';
import { call, storePerson } from './settingsData.ts';

export function PersonRow({ person }: { person: PersonAccount }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { me } = useDeskData();
  const { isSaving, problem, save } = useSaving();
  const [isSettingPassword, setIsSettingPassword] = useState(false);
  const isMe = person.id === me.id;
  const change = (body: z.infer<typeof personPatch>) =>
    save(async () => {
      storePerson(queries, await call('changePerson', { params: { personId: person.id }, body }));
    });

  return (
    <li className={styles.person} data-off={!person.isActive}>
      <Face id={person.id} name={person.name} avatarUrl={person.avatarUrl} sizePx={40} />
      <div className={styles.names}>
        <div className={styles.name}>
          <bdi>{person.name}</bdi>
          {isMe && <span className={styles.faint}> · {t('people.you')}</span>}
          {!person.isActive && <span className={styles.faint}> · {t('people.off')}</span>}
        </div>
        <div className={styles.faint}>{person.email}</div>
        {problem && (
          <div role="alert" className={styles.problem}>
            {t('actions.failed', { reason: problem })}
          </div>
        )}
      </div>
      <NativeSelect
        className={styles.role}
        slotProps={{ select: { 'aria-label': `${t('people.role')}: ${person.name}` } }}
        value={person.role}
        disabled={isSaving}
        onChange={(event) => void change({ role: role.parse(event.target.value) })}
      >
        {roles.map((one) => (
          <option key={one} value={one}>
            {t(`role.${one}`)}
          </option>
        ))}
      </NativeSelect>
      <div className={styles.actions}>
        <Button mode="tertiary" onClick={() => setIsSettingPassword(!isSettingPassword)}>
          {t('people.password.set')}
        </Button>
        {!isMe && (
          <Button
            mode="tertiary"
            {...(person.isActive ? { appearance: 'negative' as const } : {})}
            loading={isSaving}
            onClick={() => void change({ isActive: !person.isActive })}
          >
            {t(person.isActive ? 'people.switchOff' : 'people.switchOn')}
          </Button>
        )}
      </div>
      {isSettingPassword && (
        <PasswordForm
          isSaving={isSaving}
          onSave={async (password) => {
            if (await change({ password })) setIsSettingPassword(false);
          }}
        />
      )}
    </li>
  );
}

function PasswordForm({
  isSaving,
  onSave,
}: {
  isSaving: boolean;
  onSave: (password: string) => Promise<void>;
}) {
  const { t } = useTranslation();
  const [password, setPassword] = useState('');
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    void onSave(password);
  };
  return (
    <form className={styles.password} onSubmit={onSubmit}>
      <Input
        type="password"
        autoComplete="new-password"
        required
        minLength={limits.passwordCharsMin}
        maxLength={limits.passwordCharsMax}
        value={password}
        placeholder={t('people.password.hint', { min: limits.passwordCharsMin })}
        slotProps={{ input: { 'aria-label': t('people.password.new') } }}
        onChange={(event) => setPassword(event.target.value)}
      />
      <Button type="submit" size="l" loading={isSaving}>
        {t('common.save')}
      </Button>
    </form>
  );
}
