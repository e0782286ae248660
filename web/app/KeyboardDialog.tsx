/** Every hotkey of the inbox in one dialog. */
import { Fragment, type ReactNode } from 'react';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Dialog } from '../ui/Dialog.tsx';
import styles from './KeyboardDialog.module.css';

export function KeyboardDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { me } = useDeskData();
  const or = <span className={styles.word}>{t('keyboard.or')}</span>;
  const then = <span className={styles.word}>{t('keyboard.then')}</span>;
  const key = (name: string) => <kbd className={styles.key}>{name}</kbd>;
  const adminRows: [string, ...ReactNode[]][] = [
    [t('keyboard.communities'), key('g'), then, key('c')],
    [t('keyboard.people'), key('g'), then, key('p')],
  ];
  const supervisorRows: [string, ...ReactNode[]][] = [
    [t('keyboard.templates'), key('g'), then, key('t')],
    [t('keyboard.wall'), key('g'), then, key('w')],
    [t('keyboard.wall.full'), key('f')],
  ];
  const rows: [string, ...ReactNode[]][] = [
    [t('keyboard.move'), key('j'), key('k'), or, key('↓'), key('↑')],
    [t('keyboard.open'), key('Enter')],
    [t('keyboard.compose'), key('r')],
    [t('keyboard.search'), key('/'), or, key('Ctrl'), key('K')],
    [t('keyboard.canned'), key('/')],
    [t('keyboard.note'), key('n')],
    [t('keyboard.send'), key('Ctrl'), key('Enter')],
    [t('keyboard.back'), key('Esc')],
    [t('keyboard.assign'), key('a')],
    [t('keyboard.resolve'), key('e')],
    [t('keyboard.inbox'), key('g'), then, key('i')],
    [t('keyboard.cannedPage'), key('g'), then, key('r')],
    ...(me.role === 'agent' ? [] : supervisorRows),
    ...(me.role === 'administrator' ? adminRows : []),
    [t('keyboard.help'), key('?')],
  ];
  return (
    <Dialog title={t('keyboard.title')} onClose={onClose}>
      <dl className={styles.keys}>
        {rows.map(([label, ...keys]) => (
          <Fragment key={label}>
            <dt>{label}</dt>
            <dd className={styles.combination}>
              {keys.map((part, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one combination never move
                <Fragment key={index}>{part}</Fragment>
              ))}
            </dd>
          </Fragment>
        ))}
      </dl>
    </Dialog>
  );
}
