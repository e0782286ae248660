/** Sends a template to the client: the template, its values, the time to live, and a preview. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, FormItem, NativeSelect, Skeleton } from '@vkontakte/vkui';
import { type FormEvent, useId, useState } from 'react';
import type { TemplateView } from '../../shared/schemas/template.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { templateQuery } from '../templates/templatesData.ts';
import { useSendableTemplates } from '../templates/useSendableTemplates.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { Failed } from '../ui/Failed.tsx';
import { useNotices } from '../ui/notices.ts';
import { Problem } from '../ui/Problem.tsx';
import { LeftToday } from './LeftToday.tsx';
import { messagesLeftQuery } from './messagesLeftData.ts';
import styles from './SendTemplateDialog.module.css';
import { TemplateValues, type Values } from './TemplateValues.tsx';
import { useSendTemplate } from './useSendTemplate.ts';

export interface SendTemplateDialogProps {
  clientId: string;
  clientName: string;
  onClose: () => void;
}

export function SendTemplateDialog({ clientId, clientName, onClose }: SendTemplateDialogProps) {
  const { t } = useTranslation();
  const id = useId();
  const { templates, error, refetch } = useSendableTemplates();
  const [templateId, setTemplateId] = useState('');
  const { data: left } = useQuery(messagesLeftQuery(clientId));
  const {
    data: template,
    error: templateError,
    refetch: readAgain,
  } = useQuery({
    ...templateQuery(templateId),
    enabled: templateId !== '',
  });
  return (
    <Dialog title={t('byHand.dialog', { name: clientName })} onClose={onClose} isWide>
      <div className={styles.form}>
        {left && <LeftToday known={left} />}
        {error !== null && <Failed title={t('templates.failed')} error={error} onRetry={refetch} />}
        {templates?.length === 0 && <p className={styles.faint}>{t('byHand.noTemplates')}</p>}
        {templates && templates.length > 0 && (
          <FormItem noPadding top={t('mailings.template')} htmlFor={`${id}-template`}>
            <NativeSelect
              id={`${id}-template`}
              value={templateId}
              onChange={({ target }) => setTemplateId(target.value)}
            >
              <option value="">{t('mailings.template.none')}</option>
              {templates.map((each) => (
                <option key={each.id} value={each.id}>
                  {each.title}
                </option>
              ))}
            </NativeSelect>
          </FormItem>
        )}
        {!templates && error === null && <Skeleton height={64} aria-label={t('common.loading')} />}
        {templateId !== '' && !template && templateError && (
          <Failed title={t('templates.failed')} error={templateError} onRetry={() => void readAgain()} />
        )}
        {templateId !== '' && !template && !templateError && (
          <Skeleton height={240} aria-label={t('common.loading')} />
        )}
        {template && <Filling key={template.id} clientId={clientId} template={template} onClose={onClose} />}
      </div>
    </Dialog>
  );
}

/** Reset for each template: the values of one mean nothing in another. */
function Filling({
  clientId,
  template,
  onClose,
}: {
  clientId: string;
  template: TemplateView;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const notices = useNotices();
  const queries = useQueryClient();
  const [values, setValues] = useState<Values>({});
  const [ttlSeconds, setTtlSeconds] = useState<number | null>(null);
  const [wasTried, setTried] = useState(false);
  const { isSending, problem, send } = useSendTemplate(clientId);
  const content = template.approved;
  if (!content) return <Problem message={t('byHand.notApproved')} />;

  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setTried(true);
    if (!event.currentTarget.hasAttribute('data-ready')) return;
    const isSent = await send({
      template: template.name,
      variables: values,
      ...(ttlSeconds === null ? {} : { ttlSeconds }),
    });
    void queries.invalidateQueries({ queryKey: messagesLeftQuery(clientId).queryKey });
    if (!isSent) return;
    notices.show(t('byHand.sent'), 'done');
    onClose();
  };
  return (
    <TemplateValues
      content={content}
      images={template.images}
      values={values}
      ttlSeconds={ttlSeconds}
      showsAllProblems={wasTried}
      onValues={setValues}
      onTtlSeconds={setTtlSeconds}
      onSubmit={(event) => void onSubmit(event)}
    >
      {problem && <Problem message={problem} />}
      <Button type="submit" size="l" stretched loading={isSending}>
        {t('byHand.submit')}
      </Button>
    </TemplateValues>
  );
}
