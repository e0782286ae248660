/** The frame of pages about sending: templates, campaigns and delivery reports. Agents see a refusal instead. */
import { useDeskData } from '../desk/useDeskData.ts';
import { Page, type PageProps } from '../ui/Page.tsx';

export function SupervisorPage(props: Omit<PageProps, 'isAllowed'>) {
  const { me } = useDeskData();
  return <Page {...props} isAllowed={me.role !== 'agent'} />;
}
