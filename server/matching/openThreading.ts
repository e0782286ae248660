/** Ties the parts of threading together. */
import type { ServiceThreading } from '../conversations/intake/serviceThreading.ts';
import type { Receipts, ServiceThreads } from '../serviceMessages/ports.ts';
import { type ClientBondParts, type ClientBonds, createClientBonds } from './clientBonds.ts';
import { createEvidence } from './evidence.ts';
import { createFindByWords } from './findByWords.ts';
import { createFollowService } from './followService.ts';
import { createServiceEntries } from './serviceEntries.ts';
import { createServiceThreading } from './serviceThreading.ts';

export interface Threading {
  /** For the intake. */
  serviceThreading: ServiceThreading;
  /** For sending: brings moves to the threads. */
  follow: ServiceThreads;
  /** For colleagues, who tie and untie by hand. */
  bonds: ClientBonds;
}

export type ThreadingParts = Omit<ClientBondParts, 'entries'> & {
  /** Sending is opened after the threads. */
  receipts: Promise<Receipts>;
};

export function openThreading(parts: ThreadingParts): Threading {
  const entries = createServiceEntries(parts);
  const bonds = createClientBonds({ ...parts, entries });
  const findByWords = createFindByWords(parts);
  const findEvidence = createEvidence({ ...parts, findByWords });
  return {
    serviceThreading: createServiceThreading({ ...parts, entries, bonds, findByWords, findEvidence }),
    follow: createFollowService({ ...parts, entries }),
    bonds,
  };
}
