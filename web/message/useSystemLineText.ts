/** Formats a system line of a thread in the reader's language. */
import type { MessageView } from '../../shared/schemas/message.ts';
import { useTranslation } from '../i18n/useTranslation.ts';

export type SystemLine = NonNullable<MessageView['system']>;

export function useSystemLineText(): (line: SystemLine) => string {
  const { t } = useTranslation();
  return ({ event, personName: name, count, labels, mark }) => {
    switch (event) {
      case 'labelled':
        return (
          (['added', 'removed'] as const)
            .filter((change) => (labels?.[change].length ?? 0) > 0)
            .map((change) => t(`system.labelled.${change}`, { labels: labels?.[change].join(', ') ?? '' }))
            .join('. ') || t('system.labelled')
        );
      case 'assigned':
        return t('system.assigned', { name: name ?? '—' });
      case 'gapFound':
      case 'gapFilled':
        return count === null ? t(`system.${event}.some`) : t(`system.${event}`, { count });
      case 'resolved':
      case 'reopened':
      case 'pending':
      case 'snoozed':
        return name === null ? t(`system.${event}`) : t(`system.${event}.by`, { name });
      case 'rated':
        return t('system.rated', { mark: mark ?? '—' });
      default:
        return t(`system.${event}`);
    }
  };
}
