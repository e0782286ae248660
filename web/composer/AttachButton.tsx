/** Opens the file chooser. */
import { Icon24Attach } from '@vkontakte/icons';
import { IconButton } from '@vkontakte/vkui';
import { useRef } from 'react';
import { useTranslation } from '../i18n/useTranslation.ts';

export function AttachButton({
  isDisabled,
  onFiles,
}: {
  isDisabled: boolean;
  onFiles: (files: File[]) => void;
}) {
  const { t } = useTranslation();
  const ref = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={ref}
        type="file"
        multiple
        hidden
        data-testid="composer-files"
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          event.target.value = '';
        }}
      />
      <IconButton label={t('composer.attach')} disabled={isDisabled} onClick={() => ref.current?.click()}>
        <Icon24Attach />
      </IconButton>
    </>
  );
}
