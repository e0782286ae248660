/** What variables stand for, for this reader. */
import { useQuery } from '@tanstack/react-query';
import { useDeskData } from '../desk/useDeskData.ts';
import { workingTimeQuery } from '../desk/useWorkingTime.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import type { CannedContext } from './cannedValues.ts';

/** Until the company's zone is known, the browser's own is used. */
export function useCannedContext(): Omit<CannedContext, 'clientName' | 'nowMs'> {
  const { language } = useTranslation();
  const { me } = useDeskData();
  const { data } = useQuery(workingTimeQuery);
  const timeZone = data?.timeZone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return { agentName: me.name, timeZone, language };
}
