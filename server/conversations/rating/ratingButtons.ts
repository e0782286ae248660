/** The buttons of a question for a mark, and what a pressed one says. */
import { Types } from 'mongoose';
import { z } from 'zod';
import { ratingMark, ratingMarks } from '../../../shared/schemas/rating.ts';
import type { OutgoingButton } from '../outbox/channel.ts';

/** The rating's id finds the question; a payload that anybody could write proves nothing without it. */
const payload = z.object({
  rating: z.object({ id: z.string().regex(/^[0-9a-f]{24}$/), mark: ratingMark }),
});

export function ratingButtons(ratingId: Types.ObjectId): OutgoingButton[] {
  return ratingMarks.map((mark) => ({
    label: String(mark),
    payload: JSON.stringify({ rating: { id: ratingId.toHexString(), mark } }),
  }));
}

/** Null for the payload of any other button. */
export function readTap(text: string | undefined) {
  if (text === undefined) return null;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  const read = payload.safeParse(json);
  if (!read.success) return null;
  const { id, mark } = read.data.rating;
  return { ratingId: new Types.ObjectId(id), mark };
}
