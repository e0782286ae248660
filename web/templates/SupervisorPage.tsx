/** The frame of the pages about sending: templates, lists and deliveries, for supervisors and administrators. */
import { useDeskData } from '../desk/useDeskData.ts';
import { Page, type PageProps } from '../ui/Page.tsx';

export function SupervisorPage(props: Omit<PageProps, 'isAllowed'>) {
  const { me } = useDeskData();
  return <Page {...props} isAllowed={me.role !== 'agent'} />;
}
