/** What a report is about, in the address, so that it can be bookmarked and shared. */
import { z } from 'zod';
import { id } from '../../shared/schemas/common.ts';
import type { ReportQuery } from '../../shared/schemas/report.ts';

const day = z.iso.date();

export const reportParams = z.object({
  from: day.optional().catch(undefined),
  to: day.optional().catch(undefined),
  community: id.optional().catch(undefined),
  person: id.optional().catch(undefined),
  label: z.string().min(1).max(100).optional().catch(undefined),
  template: z.string().min(1).max(200).optional().catch(undefined),
});
export type ReportParams = z.infer<typeof reportParams>;

export const breachParams = z.object({
  // Not the schema's own list: the first script holds this file, and does not need the reports' contract.
  state: z.enum(['open', 'over']).optional().catch(undefined),
  community: id.optional().catch(undefined),
});
export type BreachParams = z.infer<typeof breachParams>;

export const ratingParams = reportParams.omit({ label: true, template: true });
export type RatingParams = z.infer<typeof ratingParams>;

const USUAL_DAYS = 30;

/** Without dates, the last thirty days by the reader's own calendar. */
export function toReportQuery(params: ReportParams, now = new Date()): ReportQuery {
  const { community, person, label, template } = params;
  const to = params.to ?? dateText(now);
  const from = params.from ?? dateText(new Date(Date.parse(`${to}T12:00`) - (USUAL_DAYS - 1) * 86_400_000));
  return {
    from,
    to,
    ...(community === undefined ? {} : { communityId: community }),
    // One of them: the newest choice drops the others.
    ...(person !== undefined
      ? { personId: person }
      : label !== undefined
        ? { label }
        : template === undefined
          ? {}
          : { template }),
  };
}

function dateText(date: Date): string {
  const two = (number: number) => String(number).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
