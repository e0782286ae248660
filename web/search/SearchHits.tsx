/** What was found: clients so named, then messages by conversation. Each leads to its place in the thread. */
import { Link } from '@tanstack/react-router';
import type { SearchAnswer, SearchHit } from '../../shared/schemas/search.ts';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Face } from '../ui/Face.tsx';
import { duration, fullTime, listTime } from '../ui/formatTime.ts';
import { NetworkBadge } from '../ui/NetworkBadge.tsx';
import { useLocale } from '../ui/useLocale.ts';
import { Marked } from './Marked.tsx';
import styles from './SearchPage.module.css';
import { groupHits } from './searchData.ts';

export function FoundClients({ clients }: Pick<SearchAnswer, 'clients'>) {
  const { t } = useTranslation();
  if (clients.length === 0) return null;
  return (
    <section aria-labelledby="found-clients">
      <h2 id="found-clients" className={styles.heading}>
        {t('search.clients')}
      </h2>
      <ul className={styles.clients}>
        {clients.map(({ conversation, marks }) => (
          <li key={conversation.id}>
            <Link
              to="/conversations/$conversationId"
              params={{ conversationId: conversation.id }}
              className={styles.client}
            >
              <ClientFace conversation={conversation} />
              <Marked text={conversation.client.name} marks={marks} />
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function FoundMessages({ hits }: { hits: readonly SearchHit[] }) {
  const { t } = useTranslation();
  return (
    <section aria-labelledby="found-messages">
      <h2 id="found-messages" className={styles.heading}>
        {t('search.messages')}
      </h2>
      <ul className={styles.groups}>
        {groupHits(hits).map((group) => (
          <li key={group[0]!.conversation.id} className={styles.group}>
            <div className={styles.groupHead}>
              <ClientFace conversation={group[0]!.conversation} />
              <bdi className={styles.name}>{group[0]!.conversation.client.name}</bdi>
            </div>
            <ul className={styles.hits}>
              {group.map((hit) => (
                <li key={hit.messageId}>
                  <Hit hit={hit} />
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Hit({ hit }: { hit: SearchHit }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { kind, author, excerpt, sentAt, attachmentKinds, answer } = hit;
  const who = kind === 'service' ? t('search.kind.service') : author.name;
  return (
    <Link
      to="/conversations/$conversationId"
      params={{ conversationId: hit.conversation.id }}
      hash={hit.messageId}
      className={styles.hit}
    >
      <span className={styles.hitHead}>
        <bdi>{who}</bdi>
        {kind === 'note' && <span className={styles.kind}>{t('search.kind.note')}</span>}
        {answer && <AnsweredBy answer={answer} />}
        <time dateTime={sentAt} title={fullTime(sentAt, locale)}>
          {listTime(sentAt, new Date(), locale)}
        </time>
      </span>
      <span className={styles.excerpt}>
        {excerpt.text === '' && attachmentKinds.length > 0 ? (
          t('search.onlyFile')
        ) : (
          <Marked text={excerpt.text} marks={excerpt.marks} />
        )}
      </span>
    </Link>
  );
}

function AnsweredBy({ answer: { afterMs, personId } }: { answer: NonNullable<SearchHit['answer']> }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { people } = useDeskData();
  const name = people.find(({ id }) => id === personId)?.name;
  const after = t('search.answeredAfter', { duration: duration(afterMs, locale) });
  return (
    <span>
      {after}
      {name && (
        <>
          {' · '}
          <bdi>{name}</bdi>
        </>
      )}
    </span>
  );
}

function ClientFace({ conversation }: Pick<SearchHit, 'conversation'>) {
  const { communities } = useDeskData();
  const network = communities.find(({ id }) => id === conversation.communityId)?.network ?? 'vk';
  const { id, name, avatarUrl } = conversation.client;
  return (
    <span className={styles.face}>
      <Face id={id} name={name} avatarUrl={avatarUrl} sizePx={32} />
      <NetworkBadge network={network} />
    </span>
  );
}
