/** Whether clients of a community are asked for a mark after a resolution, and in which words. */
import { Button, Checkbox, FormItem, Textarea } from '@vkontakte/vkui';
import { type FormEvent, useId, useState } from 'react';
import type { CommunitySettings } from '../../shared/schemas/community.ts';
import { ratingQuestionChars, usualRatingQuestion } from '../../shared/schemas/rating.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import styles from './CommunityCard.module.css';

export interface RatingSectionProps {
  settings: Pick<CommunitySettings, 'asksRating' | 'ratingQuestion'>;
  isSaving: boolean;
  onChange: (change: { asksRating: boolean } | { ratingQuestion: string | null }) => Promise<unknown>;
}

export function RatingSection({ settings, isSaving, onChange }: RatingSectionProps) {
  const { t } = useTranslation();
  return (
    <fieldset className={styles.intake}>
      <legend className={styles.legend}>{t('communities.rating')}</legend>
      <Checkbox
        checked={settings.asksRating}
        disabled={isSaving}
        description={t('communities.rating.hint')}
        onChange={(event) => void onChange({ asksRating: event.target.checked })}
      >
        {t('communities.rating.ask')}
      </Checkbox>
      {settings.asksRating && (
        <QuestionForm
          // What is stored is shown again after each save.
          key={settings.ratingQuestion}
          stored={settings.ratingQuestion}
          isSaving={isSaving}
          onSave={(ratingQuestion) => void onChange({ ratingQuestion })}
        />
      )}
    </fieldset>
  );
}

interface QuestionFormProps {
  stored: string | null;
  isSaving: boolean;
  onSave: (question: string | null) => void;
}

function QuestionForm({ stored, isSaving, onSave }: QuestionFormProps) {
  const { t } = useTranslation();
  const id = useId();
  const [text, setText] = useState(stored ?? '');
  const question = text.trim() === '' ? null : text.trim();
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    onSave(question);
  };
  return (
    <form onSubmit={onSubmit} className={styles.question}>
      <FormItem
        noPadding
        top={t('communities.rating.question')}
        bottom={t('communities.rating.questionHint')}
        htmlFor={id}
      >
        <Textarea
          id={id}
          rows={2}
          maxLength={ratingQuestionChars}
          value={text}
          placeholder={usualRatingQuestion}
          onChange={(event) => setText(event.target.value)}
        />
      </FormItem>
      <Button type="submit" mode="secondary" loading={isSaving} disabled={question === stored}>
        {t('common.save')}
      </Button>
    </form>
  );
}
