/**
 * Keeps what networks tell of phones on the way of messages (N23): a gateway that delivers under `verifiedPhone` has
 * checked the number and vouches for it; one that refuses says why. A network's newest word counts, in whatever order
 * and however often its reports come.
 */
import type { AnyBulkWriteOperation } from 'mongodb';
import type { Model } from 'mongoose';
import type { Client } from '../clients/client.model.ts';
import type { PhoneReport, PhoneVerdict } from '../clients/phoneReport.model.ts';
import { writeErrorsOf } from '../storage/database.ts';
import type { ServiceMessage, StatusTransition } from './serviceMessage.model.ts';
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
      await keepAll(phoneReports, reports);
      const confirmed = reports.filter(({ said: report }) => report === 'confirmed');
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

/** What a message's history tells of its phone; most tell nothing. */
function reportsOf(message: ServiceMessage): PhoneReport[] {
  const { companyId, phoneIndex } = message;
  return message.history.flatMap((line) => {
    const report = wordOf(message, line);
    return report === null || line.network === null
      ? []
      : [{ companyId, phoneIndex, network: line.network, said: report, at: line.at }];
  });
}

function wordOf(
  { deliveryPolicy }: ServiceMessage,
  { source, status, code }: StatusTransition,
): PhoneVerdict | null {
  // What the desk itself decided is no news of the network's.
  if (source === 'desk') return null;
  if (code === 'phoneMoved') return 'moved';
  if (code === 'phoneNotConfirmed') return 'notConfirmed';
  // Only gateways report a delivery, and only under this policy have they checked the number before it.
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

/** Of two of the same moment the doubt is believed. */
const isDoubt = ({ said: report }: PhoneReport) => report !== 'confirmed';

/** An older row gives way; of one that is as new or newer the unique key says so, and it stays. */
async function keepAll(phoneReports: Model<PhoneReport>, reports: PhoneReport[]): Promise<void> {
  const operations = reports.map((report) => {
    const { companyId, phoneIndex, network, said, at } = report;
    const isOlder = { at: { $lt: at } };
    const givesWay = isDoubt(report) ? { $or: [isOlder, { at, said: 'confirmed' }] } : isOlder;
    return {
      updateOne: {
        filter: { companyId, phoneIndex, network, ...givesWay },
        update: { $set: { said, at } },
        upsert: true,
      },
    };
  });
  try {
    await phoneReports.collection.bulkWrite(operations as AnyBulkWriteOperation[] as never, {
      ordered: false,
    });
  } catch (error) {
    if (writeErrorsOf(error).some(({ code }) => code !== 11000)) throw error;
  }
}
