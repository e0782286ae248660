/** What is known of the client: their pages, phone, first message. */
import { Link } from '@vkontakte/vkui';
import { useTranslation } from 'react-i18next';
import type { ClientView } from '../../shared/schemas/client.ts';
import type { ConversationRow } from '../../shared/schemas/conversation.ts';
import { useDeskData } from '../app/useDeskData.ts';
import { shortDate } from '../ui/formatTime.ts';
import { safeLink } from '../ui/links.ts';
import { useLocale } from '../ui/useLocale.ts';
import styles from './ClientPane.module.css';
import { Fact } from './Fact.tsx';

export function ClientFacts({ client, row }: { client: ClientView; row: ConversationRow }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { communities } = useDeskData();
  const community = communities.find((other) => other.id === row.communityId);
  return (
    <dl className={styles.facts}>
      {client.bonds.map((bond) => {
        const href = safeLink(bond.profileUrl);
        const words = t('client.profile', { network: t(`network.${bond.network}`) });
        return (
          <Fact key={`${bond.network}-${bond.externalUserId}`} name={words}>
            {href ? (
              <Link href={href} target="_blank" rel="noopener noreferrer">
                {href.replace(/^https?:\/\//, '')}
              </Link>
            ) : (
              bond.externalUserId
            )}
          </Fact>
        );
      })}
      <Fact name={t('client.phone')}>
        {client.phone ?? <span className={styles.faint}>{t('client.phone.none')}</span>}
        {client.phone && client.phoneConfirmedAt && (
          <span className={styles.faint}>
            {' · '}
            {t('client.phone.confirmed', { date: shortDate(client.phoneConfirmedAt, locale) })}
          </span>
        )}
      </Fact>
      <Fact name={t('client.firstSeen')}>{shortDate(client.firstSeenAt, locale)}</Fact>
      {community && <Fact name={t('client.community')}>{community.name}</Fact>}
    </dl>
  );
}
