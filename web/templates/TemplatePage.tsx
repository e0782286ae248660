/** One template, new or existing: loads it, then opens the editor. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Skeleton } from '@vkontakte/vkui';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Failed } from '../ui/Failed.tsx';
import { SupervisorPage } from './SupervisorPage.tsx';
import { TemplateEditor } from './TemplateEditor.tsx';
import { templateQuery } from './templatesData.ts';

export function NewTemplatePage() {
  const { t } = useTranslation();
  const { me } = useDeskData();
  if (me.role === 'agent') return <SupervisorPage title={t('templates.add')}>{null}</SupervisorPage>;
  return <TemplateEditor key="new" held={null} />;
}

const route = getRouteApi('/desk/templates/$templateId');

export function TemplatePage() {
  const { t } = useTranslation();
  const { me } = useDeskData();
  const { templateId } = route.useParams();
  const { data, error, refetch } = useQuery({ ...templateQuery(templateId), enabled: me.role !== 'agent' });
  if (data && me.role !== 'agent') return <TemplateEditor key={data.id} held={data} />;
  return (
    <SupervisorPage title={t('templates.title')}>
      {error ? (
        <Failed title={t('templates.failed')} error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton height={400} borderRadius={12} aria-label={t('common.loading')} />
      )}
    </SupervisorPage>
  );
}
