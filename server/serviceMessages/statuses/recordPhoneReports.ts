/**
 * Records what messages show about their phones (N23, the verified phone). A gateway that delivers under
 * `verifiedPhone` has checked the number; one that refuses gives the reason. Each network's newest report counts,
 * whatever the order of reports. Safe to repeat.
 */
import type { Model } from 'mongoose';
import type { Client } from '../../clients/client.model.ts';
import type { PhoneReport, PhoneVerdict } from '../../clients/phoneReport.model.ts';
import { isDuplicate, throwUnless, upsertEach } from '../../storage/bulkWrites.ts';
import type { ServiceMessage, StatusTransition } from '../serviceMessage.model.ts';
import type { TransitionListener } from './statusEffects.ts';

export interface PhoneReportDeps {
  clients: Model<Client>;
  phoneReports: Model<PhoneReport>;
}

export function createPhoneReportRecorder({ clients, phoneReports }: PhoneReportDeps): {
  onTransition: TransitionListener;
} {
  return {
    async onTransition(messages) {
      const reports = newestOf(messages.flatMap(reportsOf));
      if (reports.length === 0) return;
      await storeAll(phoneReports, reports);
      const confirmed = reports.filter(({ said: verdict }) => verdict === 'confirmed');
      if (confirmed.length === 0) return;
      await clients.collection.bulkWrite(
        confirmed.map(({ companyId, phoneIndex, at }) => ({
          updateOne: { filter: { companyId, phoneIndex }, update: { $max: { phoneConfirmedAt: at } } },
        })) as never,
        { ordered: false },
      );
    },
  };
}

/** Reads the reports on the phone from a message's history; most messages have none. */
function reportsOf(message: ServiceMessage): PhoneReport[] {
  const { companyId, phoneIndex } = message;
  return message.history.flatMap((line) => {
    const verdict = verdictOf(message, line);
    return verdict === null || line.network === null
      ? []
      : [{ companyId, phoneIndex, network: line.network, said: verdict, at: line.at }];
  });
}

function verdictOf(
  { deliveryPolicy }: ServiceMessage,
  { source, status, code }: StatusTransition,
): PhoneVerdict | null {
  // The desk's own decision is not a report of the network.
  if (source === 'desk') return null;
  if (code === 'phoneMoved') return 'moved';
  if (code === 'phoneNotConfirmed') return 'notConfirmed';
  // Only gateways report deliveries, and only under this policy do they check the number first.
  const isDelivered = source === 'receipt' && (status === 'delivered' || status === 'read');
  return isDelivered && deliveryPolicy === 'verifiedPhone' ? 'confirmed' : null;
}

function newestOf(reports: PhoneReport[]): PhoneReport[] {
  const newest = new Map<string, PhoneReport>();
  for (const report of reports) {
    const key = `${report.companyId} ${report.phoneIndex} ${report.network}`;
    const known = newest.get(key);
    if (!known || known.at < report.at || (known.at <= report.at && isDoubt(report))) newest.set(key, report);
  }
  return [...newest.values()];
}

/** Of two reports of the same moment, the doubt counts. */
const isDoubt = ({ said: verdict }: PhoneReport) => verdict !== 'confirmed';

/** Replaces older reports. If the stored one is as new or newer, the upsert hits the unique key and it stays. */
async function storeAll(phoneReports: Model<PhoneReport>, reports: PhoneReport[]): Promise<void> {
  const operations = reports.map((report) => {
    const { companyId, phoneIndex, network, said, at } = report;
    const isOlder = { at: { $lt: at } };
    const replaceable = isDoubt(report) ? { $or: [isOlder, { at, said: 'confirmed' }] } : isOlder;
    return {
      updateOne: {
        filter: { companyId, phoneIndex, network, ...replaceable },
        update: { $set: { said, at } },
        upsert: true,
      },
    };
  });
  throwUnless(await upsertEach(phoneReports.collection, operations), isDuplicate);
}
