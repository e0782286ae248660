/** Adds counts up for the screen: hour by hour, and template by template over the whole period. */
import {
  type DeliveryStats,
  deliveryLimits,
  type HourCounts,
  type TemplateCounts,
} from '../../shared/schemas/delivery.ts';
import { type Counts, type DeliveryHour, templateKeyOf, templateOfKey } from './deliveryCounts.model.ts';

export type SumRow = Pick<DeliveryHour, 'hour' | 'counts' | 'templates'>;

/** The hours that have transitions, in order; only of `template` when it is given. */
export function toStats(rows: readonly SumRow[], template?: string): DeliveryStats {
  const key = template === undefined ? null : templateKeyOf(template);
  const byHour = new Map<number, HourCounts>();
  const byTemplate = new Map<string, TemplateCounts>();
  let movesWithoutTemplate = 0;
  for (const { hour, counts, templates = {} } of rows) {
    movesWithoutTemplate += transitionsIn(counts);
    for (const [each, ofTemplate] of Object.entries(templates)) {
      movesWithoutTemplate -= transitionsIn(ofTemplate);
      addToTemplate(
        getOrAdd(byTemplate, each, () => emptyTemplate(templateOfKey(each))),
        ofTemplate,
      );
    }
    const ofHour = key === null ? counts : templates[key];
    if (ofHour)
      addToHour(
        getOrAdd(byHour, hour.getTime(), () => emptyHour(hour)),
        ofHour,
      );
  }
  const templates = [...byTemplate.values()].sort(
    (a, b) => b.messages - a.messages || (a.template < b.template ? -1 : 1),
  );
  return {
    hours: [...byHour].sort(([a], [b]) => a - b).map(([, sum]) => sum),
    templates: templates.slice(0, deliveryLimits.templates),
    templatesLeftOut: Math.max(0, templates.length - deliveryLimits.templates),
    movesWithoutTemplate,
  };
}

function addToHour(sum: HourCounts, counts: Counts): void {
  for (const [status, reason, count] of transitionsOf(counts)) {
    if (status === 'undelivered') sum.undelivered[reason] = (sum.undelivered[reason] ?? 0) + count;
    else sum[status] += count;
  }
}

function addToTemplate(sum: TemplateCounts, counts: Counts): void {
  sum.messages += counts.messages ?? 0;
  for (const [status, , count] of transitionsOf(counts)) sum[status] += count;
}

function transitionsIn(counts: Counts): number {
  return transitionsOf(counts).reduce((sum, [, , count]) => sum + count, 0);
}

type CountedStatus = 'sent' | 'delivered' | 'read' | 'expired' | 'undelivered';

function transitionsOf(counts: Counts): [status: CountedStatus, reason: string, count: number][] {
  return Object.entries(counts).flatMap(([key, count]): [CountedStatus, string, number][] => {
    const [status, reason = ''] = key.split(':');
    switch (status) {
      case 'sent':
      case 'delivered':
      case 'read':
      case 'expired':
      case 'undelivered':
        return [[status, reason, count]];
      default:
        return [];
    }
  });
}

function getOrAdd<Key, Value>(values: Map<Key, Value>, key: Key, make: () => Value): Value {
  const value = values.get(key) ?? make();
  values.set(key, value);
  return value;
}

const emptyHour = (hour: Date): HourCounts => ({
  hour: hour.toISOString(),
  sent: 0,
  delivered: 0,
  read: 0,
  expired: 0,
  undelivered: {},
});

const emptyTemplate = (template: string): TemplateCounts => ({
  template,
  messages: 0,
  sent: 0,
  delivered: 0,
  read: 0,
  undelivered: 0,
  expired: 0,
});
