import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canTransition,
  givesUnitBack,
  statusesBefore,
} from '../../server/serviceMessages/statuses/statusLine.ts';
import { type ServiceStatus, serviceStatuses } from '../../shared/v1/statuses.ts';

const ends: ServiceStatus[] = ['read', 'undelivered', 'expired'];

describe('N1: a status only moves forward', () => {
  it('ends with read, undelivered or expired', () => {
    for (const end of ends) for (const to of serviceStatuses) expect(canTransition(end, to)).toBe(false);
  });

  it('can end in any final status before delivery, and only as read after it', () => {
    for (const from of ['queued', 'sent'] as const)
      for (const end of ends) expect(canTransition(from, end)).toBe(true);
    expect(serviceStatuses.filter((to) => canTransition('delivered', to))).toEqual(['read']);
  });

  it('accepts reports in any order and any number of times, and never goes back', () => {
    const rank = (status: ServiceStatus) => (ends.includes(status) ? 3 : serviceStatuses.indexOf(status));
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...serviceStatuses), { maxLength: 30 }), (reports) => {
        let status: ServiceStatus = 'queued';
        for (const report of reports) {
          const before: ServiceStatus = status;
          if (canTransition(status, report)) status = report;
          expect(rank(status)).toBeGreaterThanOrEqual(rank(before));
          if (before === 'delivered' || before === 'read')
            expect(givesUnitBack({ status, endCode: null })).toBe(false);
        }
      }),
    );
  });

  it('names the statuses that may precede one, for atomic updates', () => {
    expect(statusesBefore('delivered')).toEqual(['queued', 'sent']);
    expect(statusesBefore('read')).toEqual(['queued', 'sent', 'delivered']);
    expect(statusesBefore('queued')).toEqual([]);
  });
});
