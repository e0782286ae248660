/** Other facts about the client: the first message, and the communities they wrote to. */

import type { ClientView } from '../../shared/schemas/client.ts';
import type { ConversationRow } from '../../shared/schemas/conversation.ts';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { shortDate } from '../ui/formatTime.ts';
import { useLocale } from '../ui/useLocale.ts';
import styles from './ClientPane.module.css';
import { Fact } from './Fact.tsx';

export function ClientFacts({ client, conversation }: { client: ClientView; conversation: ConversationRow }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { communities } = useDeskData();
  const community = communities.find((other) => other.id === conversation.communityId);
  return (
    <dl className={styles.facts}>
      <Fact name={t('client.firstSeen')}>{shortDate(client.firstSeenAt, locale)}</Fact>
      {community && <Fact name={t('client.community')}>{community.name}</Fact>}
    </dl>
  );
}
