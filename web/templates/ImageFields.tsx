/** The images of a template: chosen or dropped, uploaded one by one; a refusal is shown beside its file name. */
import { Icon24Cancel } from '@vkontakte/icons';
import { Button, IconButton, Input, Progress } from '@vkontakte/vkui';
import { type DragEvent, useEffect, useRef, useState } from 'react';
import type { TemplateImageView } from '../../shared/schemas/template.ts';
import { templateLimits } from '../../shared/templates/limits.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { fileSize } from '../ui/formatTime.ts';
import { useErrorMessages } from '../ui/useErrorMessages.ts';
import { useLocale } from '../ui/useLocale.ts';
import { moved, withoutAt } from './draft.ts';
import { FieldProblems } from './FieldProblems.tsx';
import type { FormPart } from './formPart.ts';
import { OrderButtons } from './OrderButtons.tsx';
import styles from './TemplateEditor.module.css';
import { uploadImage } from './uploadImage.ts';

export interface ImageFieldsProps extends FormPart {
  images: ReadonlyMap<string, TemplateImageView>;
  onTaken: (image: TemplateImageView) => void;
}

export function ImageFields({ content, problems, onChange, images, onTaken }: ImageFieldsProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const messageOf = useErrorMessages();
  const input = useRef<HTMLInputElement>(null);
  const [taking, setTaking] = useState<{ name: string; share: number } | null>(null);
  const [refused, setRefused] = useState<{ name: string; why: string }[]>([]);
  const { imageIds, imageAlts = {} } = content;
  // Files are uploaded one after another; each is added to the list as it is by then.
  const latestIds = useRef(imageIds);
  useEffect(() => {
    latestIds.current = imageIds;
  });

  const take = async (files: readonly File[]) => {
    setRefused([]);
    for (const file of files) {
      setTaking({ name: file.name, share: 0 });
      try {
        const image = await uploadImage(file, (share) => setTaking({ name: file.name, share }));
        onTaken(image);
        if (!latestIds.current.includes(image.id)) {
          latestIds.current = [...latestIds.current, image.id];
          onChange({ imageIds: latestIds.current });
        }
      } catch (error) {
        setRefused((before) => [...before, { name: file.name, why: messageOf(error) }]);
      }
    }
    setTaking(null);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    if (!taking) void take([...event.dataTransfer.files]);
  };

  return (
    <fieldset className={styles.group} onDragOver={(event) => event.preventDefault()} onDrop={drop}>
      <legend>{t('templates.images')}</legend>
      <p className={styles.hint}>{t('templates.images.hint', { count: templateLimits.images })}</p>
      <ol className={styles.items}>
        {imageIds.map((id, index) => {
          const image = images.get(id);
          const named = t('templates.image.alt', {
            number: index + 1,
            width: image?.widthPx ?? 0,
            height: image?.heightPx ?? 0,
          });
          return (
            <li key={id} className={`${styles.item} ${styles.withText}`}>
              {image && <img className={styles.thumbnail} src={image.url} alt="" />}
              <div className={styles.itemFields}>
                <span>
                  {named}
                  {image && <span className={styles.hint}> · {fileSize(image.sizeBytes, locale)}</span>}
                </span>
                <FieldProblems problems={problems} field={`imageIds.${index}`} />
              </div>
              <OrderButtons
                index={index}
                count={imageIds.length}
                earlier={t('templates.image.earlier', { number: index + 1 })}
                later={t('templates.image.later', { number: index + 1 })}
                onMove={(to) => onChange({ imageIds: moved(imageIds, index, to) })}
              />
              <IconButton
                label={t('templates.image.remove', { number: index + 1 })}
                onClick={() => onChange({ imageIds: withoutAt(imageIds, index) })}
              >
                <Icon24Cancel />
              </IconButton>
              <Input
                className={styles.shows}
                slotProps={{
                  input: { 'aria-label': t('templates.image.shows.numbered', { number: index + 1 }) },
                }}
                placeholder={t('templates.image.shows')}
                maxLength={templateLimits.imageAltChars}
                value={imageAlts[id] ?? ''}
                onChange={(event) => onChange({ imageAlts: { ...imageAlts, [id]: event.target.value } })}
              />
            </li>
          );
        })}
      </ol>
      <FieldProblems problems={problems} field="imageIds" />
      <div className={styles.problems} role="alert">
        {refused.map(({ name, why }) => (
          <p key={`${name} ${why}`}>
            {name}: {why}
          </p>
        ))}
      </div>
      {taking && (
        <div className={styles.taking} role="status">
          {t('templates.images.taking', { name: taking.name })}
          <Progress
            aria-label={t('templates.images.taking', { name: taking.name })}
            value={Math.round(taking.share * 100)}
          />
        </div>
      )}
      <div className={styles.inserts}>
        <Button
          mode="secondary"
          disabled={taking !== null || imageIds.length >= templateLimits.images}
          onClick={() => input.current?.click()}
        >
          {t('templates.images.choose')}
        </Button>
        <span className={styles.hint}>{t('templates.images.drop')}</span>
      </div>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept="image/jpeg,.jpg,.jpeg"
        aria-label={t('templates.images.choose')}
        onChange={(event) => {
          const files = [...(event.target.files ?? [])];
          event.target.value = '';
          void take(files);
        }}
      />
    </fieldset>
  );
}
