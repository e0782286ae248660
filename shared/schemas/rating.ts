/** Marks that a client gives by a button after a conversation was resolved. */
import { z } from 'zod';

export const ratingMarks = [1, 2, 3, 4, 5] as const;
export const ratingMark = z.literal(ratingMarks);
export type RatingMark = z.infer<typeof ratingMark>;

/** The question that clients get until the company words its own. Clients write Russian. */
export const usualRatingQuestion = 'Оцените, пожалуйста, как мы вам помогли: 1 — плохо, 5 — отлично';
export const ratingQuestionChars = 300;
