/** Asks a reviewer for the reason that the template's author will read. */
import { Button, FormItem, Textarea } from '@vkontakte/vkui';
import { type FormEvent, useState } from 'react';
import { templateLimits } from '../../shared/templates/limits.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Dialog } from '../ui/Dialog.tsx';

export interface RejectDialogProps {
  onClose: () => void;
  onReject: (reason: string) => void;
}

export function RejectDialog({ onClose, onReject }: RejectDialogProps) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (reason.trim()) onReject(reason.trim());
  };
  return (
    <Dialog title={t('templates.reject.title')} onClose={onClose}>
      <form onSubmit={onSubmit}>
        <FormItem noPadding top={t('templates.reject.reason')} htmlFor="reject-reason">
          <Textarea
            id="reject-reason"
            required
            rows={3}
            maxLength={templateLimits.reasonChars}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        </FormItem>
        <Button
          type="submit"
          size="l"
          stretched
          appearance="negative"
          disabled={!reason.trim()}
          style={{ marginTop: 16 }}
        >
          {t('templates.reject')}
        </Button>
      </form>
    </Dialog>
  );
}
