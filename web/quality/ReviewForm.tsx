/** Marks on the company's criteria and a comment: a new review, or a change of one's own. */
import { useQueryClient } from '@tanstack/react-query';
import { Button, FormItem, Textarea } from '@vkontakte/vkui';
import { type FormEvent, useId, useState } from 'react';
import {
  type Criterion,
  type QualityMark,
  qualityLimits,
  qualityMarks,
  type ReviewView,
} from '../../shared/schemas/quality.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { useSaving } from '../ui/useSaving.ts';
import styles from './Quality.module.css';
import { call, storeReview } from './qualityData.ts';

export interface ReviewFormProps {
  conversationId: string;
  seq: number;
  criteria: readonly Criterion[];
  /** The review to change; null for a new one. */
  review: ReviewView | null;
  onDone: () => void;
}

export function ReviewForm({ conversationId, seq, criteria, review, onDone }: ReviewFormProps) {
  const { t } = useTranslation();
  const id = useId();
  const queries = useQueryClient();
  const { isSaving, problem, save } = useSaving();
  const [marks, setMarks] = useState<ReadonlyMap<string, QualityMark>>(
    () => new Map(review?.marks.map(({ criterionId, mark }) => [criterionId, mark])),
  );
  const [comment, setComment] = useState(review?.comment ?? '');
  const shown = criteria.filter(({ id: criterionId, isArchived }) => !isArchived || marks.has(criterionId));

  const onSubmit = async (event: FormEvent) => {
    event.preventDefault();
    const body = { marks: [...marks].map(([criterionId, mark]) => ({ criterionId, mark })), comment };
    const isSaved = await save(async () => {
      const written = review
        ? await call('amendReview', {
            params: { reviewId: review.id },
            body: { ...body, version: review.version },
          })
        : await call('writeReview', { params: { conversationId }, body: { ...body, seq } });
      storeReview(queries, written);
    });
    if (isSaved) onDone();
  };

  return (
    <form className={styles.form} onSubmit={(event) => void onSubmit(event)}>
      {shown.map((criterion) => (
        <fieldset key={criterion.id} className={styles.criterion}>
          <legend>{criterion.name}</legend>
          <div className={styles.choices}>
            {qualityMarks.map((mark) => (
              <label key={mark} className={styles.choice} data-chosen={marks.get(criterion.id) === mark}>
                <input
                  type="radio"
                  name={`${id}-${criterion.id}`}
                  value={mark}
                  checked={marks.get(criterion.id) === mark}
                  onChange={() => setMarks(new Map(marks).set(criterion.id, mark))}
                />
                {mark}
              </label>
            ))}
          </div>
        </fieldset>
      ))}
      <FormItem noPadding top={t('quality.comment')} htmlFor={`${id}-comment`}>
        <Textarea
          id={`${id}-comment`}
          rows={3}
          maxLength={qualityLimits.commentChars}
          value={comment}
          onChange={(event) => setComment(event.target.value)}
        />
      </FormItem>
      {problem && (
        <p role="alert" className={styles.problem}>
          {t('actions.failed', { reason: problem })}
        </p>
      )}
      <div className={styles.actions}>
        <Button type="submit" size="m" loading={isSaving} disabled={marks.size === 0}>
          {t('common.save')}
        </Button>
        {review && (
          <Button mode="tertiary" size="m" onClick={onDone}>
            {t('common.cancel')}
          </Button>
        )}
      </div>
    </form>
  );
}
