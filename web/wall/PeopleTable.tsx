/** Who is there, what waits for them, and how much they have answered. Clients without an assignee come first. */
import { Link } from '@tanstack/react-router';
import { type LongestWait, type WallPerson, type WallView, wallLimits } from '../../shared/schemas/wall.ts';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { useLocale } from '../ui/useLocale.ts';
import styles from './Wall.module.css';
import { WallTable } from './WallTable.tsx';
import { byNeed, countText, spanMs, spanText } from './wallText.ts';

export interface WallTableProps {
  view: WallView;
  elapsedMs: number;
}

/** On a large screen people who are away from the desk altogether share one row, so that the others are larger. */
export function PeopleTable({ view, elapsedMs, isFull }: WallTableProps & { isFull: boolean }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { me, people } = useDeskData();
  const nameOf = (personId: string) =>
    people.find(({ id }) => id === personId)?.name ?? t('wall.formerPerson', { id: personId.slice(-6) });
  const waiting = (count: number) => countText(count, wallLimits.waiting, locale);
  const span = (wait: LongestWait | null) =>
    wait ? (
      <Link to="/conversations/$conversationId" params={{ conversationId: wait.conversationId }} search={{}}>
        {spanText(spanMs(view, wait.since, elapsedMs), locale)}
      </Link>
    ) : (
      '–'
    );
  /** The inbox shows the reader's own conversations under a filter of their own. */
  const ofPerson = (personId: string) =>
    personId === me.id ? ({ filter: 'mine' } as const) : { assignee: personId };
  const row = (person: WallPerson) => {
    const { personId, state } = person;
    return {
      key: personId,
      head: (
        <span className={styles.person}>
          <span className={styles.dot} data-state={state} aria-hidden />
          <span className={styles.nameAndState}>
            <bdi className={styles.name}>{nameOf(personId)}</bdi>{' '}
            <span className={styles.state}>{t(`wall.person.${state}`)}</span>
          </span>
        </span>
      ),
      isFaint: state === 'offline' && person.waiting === 0,
      cells: {
        waiting:
          person.waiting === 0 ? (
            '0'
          ) : (
            <Link to="/" search={{ ...ofPerson(personId), waiting: true }}>
              {waiting(person.waiting)}
            </Link>
          ),
        longestWait: span(person.longestWait),
        open:
          person.open === 0 ? (
            '0'
          ) : (
            <Link to="/" search={ofPerson(personId)}>
              {countText(person.open, wallLimits.openOfPerson, locale)}
            </Link>
          ),
        answered:
          person.answered === 0 ? (
            '0'
          ) : (
            <Link to="/reports" search={{ from: view.today, to: view.today, person: personId }}>
              {person.answered.toLocaleString(locale)}
            </Link>
          ),
      },
    };
  };
  const { unassigned } = view;
  const isIdle = ({ state, waiting: count, answered }: WallPerson) =>
    isFull && state === 'offline' && count === 0 && answered === 0;
  const idleCount = view.people.filter(isIdle).length;
  const shown = view.people.filter((person) => !isIdle(person));
  return (
    <WallTable
      title={t('wall.people')}
      headTitle={t('wall.person')}
      columns={{
        waiting: t('wall.column.waiting'),
        longestWait: t('wall.column.longestWait'),
        open: t('wall.column.open'),
        answered: t('wall.column.answered'),
      }}
      rows={[
        {
          key: 'unassigned',
          head: t('wall.unassigned'),
          isFaint: unassigned.waiting === 0,
          cells: {
            waiting:
              unassigned.waiting === 0 ? (
                '0'
              ) : (
                <Link to="/" search={{ filter: 'unassigned', waiting: true }}>
                  {waiting(unassigned.waiting)}
                </Link>
              ),
            longestWait: span(unassigned.longestWait),
            open: '',
            answered: '',
          },
        },
        ...byNeed(shown, nameOf, locale).map(row),
        ...(idleCount === 0
          ? []
          : [
              {
                key: 'idle',
                head: t('wall.people.idle', { count: idleCount.toLocaleString(locale) }),
                isFaint: true,
                cells: { waiting: '', longestWait: '', open: '', answered: '' },
              },
            ]),
      ]}
    />
  );
}
